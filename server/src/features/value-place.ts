/** Which value is being typed where the text alone reads as something else: a list's line without its dash, a colon at a value's end. */
import { type Shape, shapeAt, shapeBelow } from '../schema/shape.ts';
import type { CursorContext } from '../text/cursor.ts';
import { lineAt } from '../text/lines.ts';

export interface ValuePlace {
  readonly cursor: CursorContext;
  readonly shape: Shape;
  /** Stands before the value. */
  readonly lead: '' | '- ';
}

/** Undefined where no value is being typed that is known of. */
export function valuePlaceAt(root: Shape, cursor: CursorContext, text: string): ValuePlace | undefined {
  const shape = shapeAt(root, cursor.path);
  if (cursor.on === 'value') return shape ? { cursor, shape, lead: '' } : behindColon(root, cursor, text);
  if (!shape || cursor.isFlow || shape.kind === 'mapping' || shape.kind === 'record') return undefined;
  const element = shapeBelow(shape, 0);
  const above = text.slice(0, lineAt(text, cursor.range.start).start).trimEnd();
  const lineAbove = above.slice(above.lastIndexOf('\n') + 1).replace(/\s+#.*$/, '');
  // Behind a value that stands beside its key, a line would only make it longer.
  if (!lineAbove.endsWith(':') && !(element && /^\s*-/.test(lineAbove))) return undefined;
  if (!element) return { cursor, shape, lead: '' };
  const lead = cursor.quote === '' ? '- ' : '';
  return { cursor: { ...cursor, path: [...cursor.path, 0] }, shape: element, lead };
}

/** `- hf::` looks like a key, and is the beginning of a value where the list takes no mappings. */
function behindColon(root: Shape, cursor: CursorContext, text: string): ValuePlace | undefined {
  const key = cursor.path.at(-1);
  const path = cursor.path.slice(0, -1);
  const shape = shapeAt(root, path);
  const prefix = `${String(key)}:`;
  const start = cursor.range.start - prefix.length;
  if (shape?.kind !== 'argument' || text.slice(start, cursor.range.start) !== prefix) return undefined;
  return { cursor: { ...cursor, path, prefix, range: { start, end: cursor.range.end } }, shape, lead: '' };
}
