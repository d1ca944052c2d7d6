/** Comments that ask for a rule's silence: `# tunewright: ignore rule-id[, rule-id]`, and what may stand after it. */
import { type ConfigDocument, placeAt, topLevelEntries } from './document.ts';
import { lineAt } from './lines.ts';
import type { TextRange } from './nodes.ts';

/** The ids as they are written, each with its place. */
export interface IgnoredId {
  readonly id: string;
  readonly range: TextRange;
}

export interface IgnoreComment {
  /** From the sign to the last id; what follows is a reason for people. */
  readonly range: TextRange;
  readonly ids: readonly IgnoredId[];
  /** Nothing else stands on its line. */
  readonly isAlone: boolean;
  /** Where the line begins that it speaks of; `file` above the first key. */
  readonly covers: number | 'file';
}

const COMMENT =
  /(?:^|(?<=\s))#[ \t]*tunewright:[ \t]*ignore(?![\w-])[ \t]*([a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*)?/gm;

/** Every such comment of a YAML text, from the top down; JSON has no comments. */
export function ignoreComments(document: ConfigDocument): readonly IgnoreComment[] {
  const { text, format, condition } = document;
  if (format !== 'yaml' || condition !== 'readable' || !text.includes('tunewright:')) return [];
  return Array.from(text.matchAll(COMMENT)).flatMap((match) => {
    if (isInScalar(document, match.index)) return [];
    const end = match.index + match[0].trimEnd().length;
    const line = lineAt(text, match.index);
    const isAlone = text.slice(line.start, match.index).replace('\uFEFF', '').trim() === '';
    const listed = match[1] ?? '';
    const ids = idsIn(listed, match.index + match[0].length - listed.length);
    return [{ range: { start: match.index, end }, ids, isAlone, covers: coverOf(document, line, isAlone) }];
  });
}

/** Whether an offset lies within a value or a key, where a sign of comments is a sign like any other. */
export function isInScalar(document: ConfigDocument, offset: number): boolean {
  const place = placeAt(document, offset);
  return place !== undefined && place.range.start < offset && offset < place.range.end;
}

function idsIn(listed: string, start: number): readonly IgnoredId[] {
  return Array.from(listed.matchAll(/[a-z0-9-]+/g), (match) => ({
    id: match[0],
    range: { start: start + match.index, end: start + match.index + match[0].length },
  }));
}

function coverOf(document: ConfigDocument, line: TextRange, isAlone: boolean): number | 'file' {
  if (!isAlone) return line.start;
  const first = topLevelEntries(document).find((entry) => !entry.isMerged);
  if (!first || line.start < first.keyRange.start) return 'file';
  return nextLineWithContent(document.text, line.end) ?? line.start;
}

function nextLineWithContent(text: string, from: number): number | undefined {
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) {
    const { start, end } = lineAt(text, at + 1);
    if (!/^\s*(?:#.*)?$/.test(text.slice(start, end))) return start;
  }
  return undefined;
}
