/** The first line of a config, which may say for which task it is. */
import type { TextRange } from './nodes.ts';

const DECLARATION = /^\uFEFF?\s*(?:#|\/\/)\s*tunewright:\s*([a-z-]*)[ \t]*\r?$/;

/** The place of the task's name in a declaration, empty where it is not written yet; undefined where the first line is none. */
export function declaredTaskRange(text: string): TextRange | undefined {
  const lineBreak = text.indexOf('\n');
  const line = lineBreak < 0 ? text : text.slice(0, lineBreak);
  const match = DECLARATION.exec(line);
  if (!match) return undefined;
  const name = match[1] ?? '';
  const end = line.trimEnd().length;
  return name === ''
    ? { start: line.replace(/\r$/, '').length, end: line.replace(/\r$/, '').length }
    : { start: end - name.length, end };
}
