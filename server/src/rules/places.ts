/** Walks a document beside the shapes that may stand in it. */
import type { ConfigPath } from '../../../protocol/src/finding.ts';
import { isTrueText } from '../schema/parser-verdict.ts';
import { type MappingShape, type Shape, shapeBelow } from '../schema/shape.ts';
import { effectiveEntries } from '../text/document.ts';
import type { ConfigNode, Entry, MappingNode, TextRange } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
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
    const { root } = subject;
    // What is cut short is judged as what the parser takes it for.
    const meant = (name: string): Shape | undefined => {
      const key = subject.kind === 'config' ? subject.abbreviations.keyFor(name) : undefined;
      return key === undefined ? undefined : root.fields.get(key)?.shape;
    };
    yield* below({ shape: root, node: document.root, path: [] }, meant);
  }
}

/** Every mapping whose keys are known. */
export function* mappingsOf(context: RuleContext): Generator<MappingPlace> {
  for (const { shape, node, path } of placesOf(context)) {
    if (shape.kind === 'mapping' && node.kind === 'mapping') yield { shape, node, path };
  }
}

function* below(
  place: Place,
  meant: (name: string) => Shape | undefined = () => undefined,
): Generator<Place> {
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
    const inner = shapeBelow(shape, entry.name) ?? meant(entry.name);
    if (inner) yield* below({ shape: inner, node: entry.value, path: [...path, entry.name], entry });
  }
}

const PASSES_OVER = 'ignore_args_error';

/** Whether the engine is told to pass over arguments that it does not know. source: swift/pipelines/base.py */
export function passesOverUnknown({ document, subject }: RuleContext): boolean {
  if (document.root?.kind !== 'mapping' || subject.kind !== 'config') return false;
  return effectiveEntries(document.root).some(({ name, value }) => {
    if (name !== PASSES_OVER && subject.abbreviations.keyFor(name) !== PASSES_OVER) return false;
    // Of a list the parser takes the first, and passes over the others.
    const node = value.kind === 'list' ? value.items[0] : value;
    return node?.kind === 'scalar' && isTrueText(pythonText(node.value));
  });
}

/** The place to underline for a value: the key where the value is empty, and never more than the first line. */
export function rangeToMark(text: string, place: Pick<Place, 'node' | 'entry'>): TextRange {
  const { range } = place.node;
  if (range.end <= range.start && place.entry) return place.entry.keyRange;
  const lineBreak = text.indexOf('\n', range.start);
  return { start: range.start, end: lineBreak < 0 ? range.end : Math.min(range.end, lineBreak) };
}
