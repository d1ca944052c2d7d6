/** Lines of a text and what an edit of whole lines needs to know. */
import type { Entry, TextRange } from './nodes.ts';

/** The line that holds an offset, without its line break. */
export function lineAt(text: string, offset: number): TextRange {
  // Before the beginning lastIndexOf looks at the first character all the same.
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const last = end < 0 ? text.length : end;
  return { start, end: last > start && text[last - 1] === '\r' ? last - 1 : last };
}

/** The line that holds an offset, counted from 1. */
export function lineNumberAt(text: string, offset: number): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The lines that an entry fills; undefined where it shares a line with something else, as in brackets. */
export function wholeLinesOf(text: string, entry: Entry): TextRange | undefined {
  const first = lineAt(text, entry.keyRange.start);
  if (text.slice(first.start, entry.keyRange.start).trim() !== '') return undefined;
  const valueEnd = Math.max(entry.value.range.end, entry.keyRange.end);
  // A block's range ends at the start of the line after it.
  const lastCharacter =
    valueEnd > entry.keyRange.end && text[valueEnd - 1] === '\n' ? valueEnd - 1 : valueEnd;
  const last = lineAt(text, lastCharacter);
  const rest = text.slice(Math.min(lastCharacter, last.end), last.end).trim();
  if (rest !== '' && !/^:?\s*(?:#.*)?$/.test(rest)) return undefined;
  const next = text.indexOf('\n', last.end);
  return { start: first.start, end: next < 0 ? text.length : next + 1 };
}
