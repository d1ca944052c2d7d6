/** Repairs of texts that cannot be read, each made from the line of the problem alone. */
import { t } from '@vscode/l10n';
import type { ConfigDocument } from '../text/document.ts';
import { lineAt } from '../text/lines.ts';
import type { TextProblem, TextRange } from '../text/nodes.ts';
import { missingSpaceFixes } from './missing-space.ts';
import type { Fix } from './rule.ts';

const BEFORE_VALUE = /^\s*(?:- +)*(?:[\w.-]+ *: +|- +)/;
const JSON_WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

export function syntaxFixes(document: ConfigDocument, problem: TextProblem): readonly Fix[] {
  const { text, format } = document;
  const { code, range, subject = '' } = problem;
  switch (code) {
    case 'tab':
      return [tabFix(document)];
    case 'key-without-colon':
    case 'dash-without-space':
      return missingSpaceFixes(text, range);
    case 'missing-character':
      return format === 'yaml' ? [...missingSpaceFixes(text, range), ...quoteValue(text, range)] : [];
    case 'value-indicator':
      return subject === '' ? [] : [quoteFix(range, subject)];
    case 'nested-mapping':
    case 'bad-scalar-start':
    case 'bad-alias':
    case 'bad-key':
    case 'unexpected':
      return quoteValue(text, range);
    case 'bad-indentation':
      return indentFix(text, range);
    case 'unclosed':
      return format === 'yaml' ? [closingFix(text, range, subject)] : [];
    case 'bad-escape':
      return format === 'json' ? [backslashFix(text, range)] : singleQuoteFix(text, range);
    case 'json-comma':
      return [{ title: t('Remove the comma'), edits: [{ range, newText: '' }] }];
    case 'json-word':
      return [changeTo(range, JSON_WORDS[subject] ?? subject)];
    default:
      return [];
  }
}

function changeTo(range: TextRange, newText: string): Fix {
  return { title: t('Change to {0}', newText), edits: [{ range, newText }] };
}

function tabFix({ text, problems }: ConfigDocument): Fix {
  const edits = problems
    .filter((problem) => problem.code === 'tab')
    .map(({ range }) => {
      const length = /^\t+/.exec(text.slice(range.start))?.[0].length ?? 1;
      return { range: { start: range.start, end: range.start + length }, newText: '  '.repeat(length) };
    });
  return { title: t('Replace tabs by spaces'), edits };
}

function quoteFix(range: TextRange, text: string): Fix {
  const newText = `'${text.replaceAll("'", "''")}'`;
  return {
    title: t('Put {0} in quotes', text.length > 30 ? `${text.slice(0, 30)}…` : text),
    edits: [{ range, newText }],
  };
}

/** Quotes what stands behind the key or the dash, where that is not quoted in part already. */
function quoteValue(text: string, range: TextRange): readonly Fix[] {
  const line = lineAt(text, range.start);
  const content = text.slice(line.start, line.end);
  const lead = BEFORE_VALUE.exec(content)?.[0].length;
  if (lead === undefined || range.start < line.start + lead) return [];
  const value = content
    .slice(lead)
    .replace(/\s+#.*$/, '')
    .trimEnd();
  if (value === '' || /^["'|>]/.test(value)) return [];
  return [quoteFix({ start: line.start + lead, end: line.start + lead + value.length }, value)];
}

/** Closes a bracket or a quote in the line in which it was opened. */
function closingFix(text: string, range: TextRange, closing: string): Fix {
  const { end } = lineAt(text, range.start);
  const written = text
    .slice(range.start, end)
    .replace(/\s+#.*$/, '')
    .trimEnd();
  const at = range.start + written.length;
  return {
    title: t('Put {0} at the end of the line', closing),
    edits: [{ range: { start: at, end: at }, newText: closing }],
  };
}

/** Brings a line below the one above it. */
function indentFix(text: string, range: TextRange): readonly Fix[] {
  const { start } = lineAt(text, range.start);
  const above = text.slice(0, start).trimEnd();
  if (above === '') return [];
  const lineAbove = text.slice(lineAt(text, above.length).start, start);
  const indent = /^ */.exec(lineAbove)?.[0] ?? '';
  const written = /^ */.exec(text.slice(start))?.[0] ?? '';
  if (indent === written) return [];
  const edit = { range: { start, end: start + written.length }, newText: indent };
  return [{ title: t('Indent like the line above'), edits: [edit] }];
}

/** In single quotes a backslash is only itself. */
function singleQuoteFix(text: string, range: TextRange): readonly Fix[] {
  const line = lineAt(text, range.start);
  const opening = text.lastIndexOf('"', range.start);
  const closing = text.indexOf('"', range.start);
  if (opening < line.start || closing < 0 || closing >= line.end) return [];
  const value = text.slice(opening + 1, closing);
  return [changeTo({ start: opening, end: closing + 1 }, `'${value.replaceAll("'", "''")}'`)];
}

function backslashFix(text: string, range: TextRange): Fix {
  const newText = text
    .slice(range.start, range.end)
    .replaceAll(/\\(["\\]?)/g, (_, next: string) => (next === '"' ? '\\"' : '\\\\'));
  return { title: t('Double the backslashes'), edits: [{ range, newText }] };
}
