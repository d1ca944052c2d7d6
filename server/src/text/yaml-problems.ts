/** Tells what npm `yaml` and the strictness pass found in a text as problems of ours: one for each mistake, where it was made. */
import type { YAMLError } from 'yaml';
import { lineAt } from './lines.ts';
import type { ProblemCode, TextProblem, TextRange } from './nodes.ts';

const CODES: Readonly<Record<string, ProblemCode>> = {
  ALIAS_PROPS: 'bad-alias',
  BAD_ALIAS: 'bad-alias',
  BAD_DIRECTIVE: 'bad-directive',
  BAD_DQ_ESCAPE: 'bad-escape',
  BAD_INDENT: 'bad-indentation',
  BAD_PROP_ORDER: 'bad-tag',
  BAD_SCALAR_START: 'bad-scalar-start',
  BAD_COLLECTION_TYPE: 'bad-tag',
  BLOCK_AS_IMPLICIT_KEY: 'nested-mapping',
  BLOCK_IN_FLOW: 'block-in-flow',
  KEY_OVER_1024_CHARS: 'bad-key',
  MISSING_CHAR: 'missing-character',
  MULTILINE_IMPLICIT_KEY: 'key-without-colon',
  MULTIPLE_ANCHORS: 'duplicate-anchor',
  MULTIPLE_DOCS: 'second-document',
  MULTIPLE_TAGS: 'bad-tag',
  NON_STRING_KEY: 'bad-key',
  RESOURCE_EXHAUSTION: 'nested-too-deeply',
  TAB_AS_INDENT: 'tab',
  TAG_RESOLVE_FAILED: 'bad-tag',
  UNEXPECTED_TOKEN: 'unexpected',
};

/** A bracket or a quote that is never closed is noticed far behind it. */
export function isMissingEnd({ message }: YAMLError): boolean {
  return /^Missing closing|\bend with a [\]}]/.test(message);
}

export function problemOf(error: YAMLError, text: string): TextProblem[] {
  const [start, end] = error.pos;
  // PyYAML takes a comment that touches a quoted text or a closing bracket.
  if (error.code === 'MISSING_CHAR' && error.message.startsWith('Comments must be separated')) return [];
  const range = { start, end: Math.max(end, start) };
  const code = CODES[error.code] ?? 'unexpected';
  if (isIndentation(code, range, text))
    return [{ code: 'bad-indentation', range: indentedLine(range, text) }];
  const subject = text.slice(start, Math.min(end, start + 40)).split('\n', 1)[0] ?? '';
  const isWord = code === 'key-without-colon' || code === 'missing-character';
  if (isWord && /^-[^\s-]/.test(subject)) return [{ code: 'dash-without-space', range }];
  return [{ code, range, ...(subject === '' ? {} : { subject }) }];
}

/** Whether a line stands deeper or less deep than it may: the parser then sees a key over two lines, or a token out of place. */
function isIndentation(code: ProblemCode, range: TextRange, text: string): boolean {
  const before = text.slice(lineAt(text, range.start).start, range.start);
  if (code === 'unexpected') return before.trim() === '' && /^[\w"']/.test(text.slice(range.start));
  if (code === 'nested-mapping') return before.trim() === '' && /^\s/.test(text.slice(range.start));
  return (
    code === 'key-without-colon' && before.trim() !== '' && text.slice(range.start, range.end).includes('\n')
  );
}

/** The text of the line that is indented wrongly: that of the problem, or where it spans several the second. */
function indentedLine(range: TextRange, text: string): TextRange {
  const lineBreak = text.indexOf('\n', range.start);
  const isAcross =
    lineBreak >= 0 && lineBreak < range.end && text.slice(range.start, lineBreak).trim() !== '';
  const line = lineAt(text, isAcross ? lineBreak + 1 : range.start);
  const indent = text.slice(line.start, line.end).search(/\S|$/);
  return { start: line.start + indent, end: line.end };
}

/** PyYAML speaks version 1 only. */
export function otherVersion(text: string): TextProblem[] {
  const match = /^%YAML[ \t]+(\d+)\.\d+/m.exec(text.startsWith('%') ? text : '');
  if (!match || match[1] === '1') return [];
  return [{ code: 'bad-directive', range: { start: 0, end: match[0].length } }];
}

/** What follows from a mistake on its line is not told again; tabs are all told, and what they cause is not. */
export function withoutEchoes(problems: readonly TextProblem[], text: string): TextProblem[] {
  const sorted = [...problems].sort((a, b) => a.range.start - b.range.start || rank(a) - rank(b));
  const tabs = sorted.filter((problem) => problem.code === 'tab');
  const isEcho = (problem: TextProblem): boolean =>
    tabs.some((tab) => Math.abs(tab.range.start - problem.range.start) <= 2);
  const indented = new Set(
    sorted.flatMap(({ code, range }) =>
      code === 'bad-indentation' ? [lineAt(text, range.start).start - 1] : [],
    ),
  );
  const told = new Set<number>();
  const kept = sorted.filter((problem) => {
    if (problem.code === 'tab') return true;
    const { start, end } = lineAt(text, problem.range.start);
    // A line that stands too deep makes a nested mapping of the one above.
    const isAbove = problem.code === 'nested-mapping' && indented.has(text.indexOf('\n', end));
    if (told.has(start) || isAbove || isEcho(problem)) return false;
    told.add(start);
    return true;
  });
  return kept.filter((problem, index) => kept[index - 1]?.range.start !== problem.range.start);
}

/** At one place the narrower word comes first. */
function rank({ code }: TextProblem): number {
  return code === 'unexpected' || code === 'missing-character' ? 1 : 0;
}
