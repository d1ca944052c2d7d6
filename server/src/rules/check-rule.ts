/**
 * The one helper of the rules' tests: a config with `# want "…" fix="…"` comments goes in, and what the fixes make of it is compared.
 */
import { expect } from 'vitest';
import type { Task } from '../../../protocol/src/task.ts';
import type { LocalFiles } from '../files/local-files.ts';
import { SchemaLookup } from '../schema/lookup.ts';
import { targetsShape } from '../schema/own-keys.ts';
import { readSchemaFile } from '../schema/store.ts';
import { type ConfigFormat, readConfig } from '../text/document.ts';
import { lineAt, lineNumberAt } from '../text/lines.ts';
import { ruleContext } from './context.ts';
import type { Fix, Rule, RuleContext, RuleFinding, Subject } from './rule.ts';

const WANT = /\s*#\s*want "([^"]*)"(?: fix="([^"]*)")?/g;

const lookup = new SchemaLookup(readSchemaFile(new URL('../../schemas/engine-4.6.0.json', import.meta.url)));

export interface CheckOptions {
  /** `sft` where absent. */
  readonly task?: Task | 'targets';
  readonly format?: ConfigFormat;
  /** The config's folder, for rules that look at files. */
  readonly files?: LocalFiles;
}

/** The context of a text, as the server would make it. */
export function contextOf(
  text: string,
  { task = 'sft', format = 'yaml', files }: CheckOptions = {},
): RuleContext {
  const document = readConfig(text, format);
  return ruleContext(document, subjectOf(task), lookup, files);
}

function subjectOf(task: Task | 'targets'): Subject {
  if (task === 'targets') return { kind: 'targets', root: targetsShape() };
  const schema = lookup.task(task);
  return schema ? { kind: 'config', ...schema } : { kind: 'task-not-in-schema', task };
}

/**
 * Checks that a rule finds what the comments want, in their lines and nowhere else, and that the wanted fixes,
 * each the first of its finding, turn `text` into `fixed` (without the comments).
 */
export function checkRule(rule: Rule, text: string, fixed?: string, options: CheckOptions = {}): void {
  // A rule finds in whatever order is natural to it; the editor sorts.
  const findings = [...rule.check(contextOf(text, options))].sort((a, b) => a.range.start - b.range.start);
  const wants = text
    .split('\n')
    .flatMap((line, index) =>
      Array.from(line.matchAll(WANT), ([, message, fix]) => ({ line: index + 1, message, fix })),
    );
  const found = findings.map((finding) => ({
    line: lineNumberAt(text, finding.range.start),
    message: finding.message,
    fix: finding.fixes?.[0]?.title,
  }));
  const matched = found.map(({ line, message, fix }) => {
    const want = wants.find((wanted) => wanted.line === line && message.includes(wanted.message ?? ''));
    return {
      line,
      message: want?.message ?? message,
      fix: want?.fix === undefined || fix?.includes(want.fix) ? want?.fix : fix,
    };
  });
  expect(matched).toEqual(wants);
  if (fixed === undefined) return;
  const chosen = findings.flatMap((finding) => {
    const fix = finding.fixes?.[0];
    return fix && wantsFix(text, finding) ? [fix] : [];
  });
  expect(applyFixes(text, chosen).replaceAll(WANT, '')).toBe(fixed);
}

function wantsFix(text: string, finding: RuleFinding): boolean {
  const { start, end } = lineAt(text, finding.range.start);
  return text.slice(start, end).includes(' fix="');
}

/** The text after every edit of the fixes. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  const edits = fixes.flatMap((fix) => fix.edits).sort((a, b) => b.range.start - a.range.start);
  return edits.reduce(
    (result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end),
    text,
  );
}
