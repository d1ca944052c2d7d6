/** Walks a document beside the shapes that may stand in it. */
import type { ConfigPath } from '../../../protocol/src/finding.ts';
import { type MappingShape, type Shape, shapeBelow } from '../schema/shape.ts';
import { effectiveEntries } from '../text/document.ts';
import type { ConfigNode, Entry, MappingNode, TextRange } from '../text/nodes.ts';
import type { RuleContext } from './rule.ts';

/** A value with the shape that it should have. */
export interface Place {
  readonly shape: Shape;
  readonly node: ConfigNode;
  readonly path: ConfigPath;
  /** The key that the value belongs to, where it has one. */
  readonly entry?: Entry;
}

/** A mapping whose keys are known, with the shape that knows them. */
export interface MappingPlace {
  readonly shape: MappingShape;
  readonly node: MappingNode;
  readonly path: ConfigPath;
}

/** Every value that counts and whose shape is known, the document itself first, from the top down. */
export function* placesOf({ document, subject }: RuleContext): Generator<Place> {
  if (document.root && 'root' in subject) {
    yield* below({ shape: subject.root, node: document.root, path: [] });
  }
}

/** Every mapping whose keys are known. */
export function* mappingsOf(context: RuleContext): Generator<MappingPlace> {
  for (const { shape, node, path } of placesOf(context)) {
    if (shape.kind === 'mapping' && node.kind === 'mapping') yield { shape, node, path };
  }
}

function* below(place: Place): Generator<Place> {
  yield place;
  const { shape, node, path } = place;
  // What an argument of the engine holds is judged as a whole: the parser gets it as text.
  if (shape.kind === 'argument' || node.kind === 'scalar') return;
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      const inner = shapeBelow(shape, index);
      if (inner) yield* below({ shape: inner, node: item, path: [...path, index] });
    }
    return;
  }
  for (const entry of effectiveEntries(node)) {
    const inner = shapeBelow(shape, entry.name);
    if (inner) yield* below({ shape: inner, node: entry.value, path: [...path, entry.name], entry });
  }
}

/** The place to underline for a value: the key where the value is empty, and never more than the first line. */
export function rangeToMark(text: string, place: Pick<Place, 'node' | 'entry'>): TextRange {
  const { range } = place.node;
  if (range.end <= range.start && place.entry) return place.entry.keyRange;
  const lineBreak = text.indexOf('\n', range.start);
  return { start: range.start, end: lineBreak < 0 ? range.end : Math.min(range.end, lineBreak) };
}
