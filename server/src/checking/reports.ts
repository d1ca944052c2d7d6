/** Findings for people, for programs, and for code hosts. */
import type { FindingSeverity } from '../../../protocol/src/finding.ts';
import type { NamedFinding } from '../rules/rule.ts';
import { lineAt, lineNumberAt } from '../text/lines.ts';
import type { CheckedConfig } from './configs.ts';

export type ReportFormat = 'text' | 'json' | 'sarif';

export const REPORT_FORMATS: readonly ReportFormat[] = ['text', 'json', 'sarif'];

/** Where a finding stands; lines and columns count from 1, columns in UTF-16 units. */
interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function reportOf(format: ReportFormat, checked: readonly CheckedConfig[]): string {
  switch (format) {
    case 'text':
      return asText(checked);
    case 'json':
      return JSON.stringify(asJson(checked), null, 2);
    case 'sarif':
      return JSON.stringify(asSarif(checked), null, 2);
  }
}

function regionOf(text: string, { range }: NamedFinding): Region {
  const place = (offset: number) => ({
    line: lineNumberAt(text, offset),
    column: offset - lineAt(text, offset).start + 1,
  });
  const start = place(range.start);
  const end = place(Math.max(range.start, range.end));
  return { ...start, endLine: end.line, endColumn: end.column };
}

/** Findings of each severity. */
export function countFindings(checked: readonly CheckedConfig[]): Readonly<Record<FindingSeverity, number>> {
  const counts = { error: 0, warning: 0, information: 0 };
  for (const { findings } of checked) for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function asText(checked: readonly CheckedConfig[]): string {
  const lines = checked.flatMap(({ path, text, findings }) =>
    findings.map((finding) => {
      const { line, column } = regionOf(text, finding);
      return `${path}:${line}:${column}: ${finding.severity}: ${finding.message} [${finding.id}]`;
    }),
  );
  const { error, warning, information } = countFindings(checked);
  const configs = checked.length === 1 ? '1 config' : `${checked.length} configs`;
  return [...lines, `${configs}: ${error} errors, ${warning} warnings, ${information} notes`].join('\n');
}

function asJson(checked: readonly CheckedConfig[]) {
  const findings = checked.flatMap(({ path, text, findings: found }) =>
    found.map((finding) => ({
      file: path,
      ...regionOf(text, finding),
      severity: finding.severity,
      rule: finding.id,
      path: finding.path,
      message: finding.message,
    })),
  );
  return { configs: checked.length, ...countFindings(checked), findings };
}

const SARIF_LEVELS: Readonly<Record<FindingSeverity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};

/** SARIF 2.1.0. source: docs.oasis-open.org/sarif/sarif/v2.1.0 */
function asSarif(checked: readonly CheckedConfig[]) {
  const rules = [...new Set(checked.flatMap(({ findings }) => findings.map(({ id }) => id)))].sort();
  const results = checked.flatMap(({ path, text, findings }) =>
    findings.map((finding) => {
      const { line, column, endLine, endColumn } = regionOf(text, finding);
      return {
        ruleId: finding.id,
        level: SARIF_LEVELS[finding.severity],
        message: { text: finding.message },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: path.split(/[\\/]/).map(encodeURIComponent).join('/') },
              region: { startLine: line, startColumn: column, endLine, endColumn },
            },
          },
        ],
      };
    }),
  );
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'tunewright-check', rules: rules.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}
