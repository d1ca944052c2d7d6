/** Folding, and growing the selection: from a word to its value, its entry, its block, the whole config. */
import type { FoldingRange, SelectionRange } from 'vscode-languageserver';
import type { ConfigNode, Entry, TextRange } from '../text/nodes.ts';
import type { Feature } from './feature.ts';
import { type Analysis, toOffset, toRange } from './session.ts';

const MAX_FOLDS = 5_000;

export const ranges: Feature = {
  id: 'ranges',
  capabilities: () => ({ foldingRangeProvider: true, selectionRangeProvider: true }),
  attach(connection, session) {
    connection.onFoldingRanges(({ textDocument }) => {
      const analysis = session.analysis(textDocument.uri);
      return analysis ? foldsOf(analysis) : [];
    });
    connection.onSelectionRanges(({ textDocument, positions }) => {
      const analysis = session.analysis(textDocument.uri);
      if (!analysis) return null;
      return positions.map((position) => selectionAt(analysis, toOffset(analysis.textDocument, position)));
    });
  },
};

function foldsOf({ document, textDocument }: Analysis): FoldingRange[] {
  const folds: FoldingRange[] = [];
  for (const { range } of document.root ? foldedBelow(document.root) : []) {
    if (folds.length === MAX_FOLDS) break;
    const startLine = textDocument.positionAt(range.start).line;
    const written = document.text.slice(range.start, range.end).trimEnd();
    const endLine = textDocument.positionAt(range.start + written.length).line;
    if (endLine > startLine) folds.push({ startLine, endLine });
  }
  return [...folds, ...commentFolds(document.text)];
}

/** Entries whose value fills more lines than the key's. */
function* foldedBelow(node: ConfigNode): Generator<{ readonly range: TextRange }> {
  if (node.kind === 'scalar') return;
  if (node.kind === 'list') {
    for (const item of node.items) yield* foldedBelow(item);
    return;
  }
  for (const entry of node.entries) {
    if (entry.isMerged) continue;
    yield { range: rangeOf(entry) };
    yield* foldedBelow(entry.value);
  }
}

/** Comments of several lines. */
function commentFolds(text: string): FoldingRange[] {
  const folds: FoldingRange[] = [];
  let startLine: number | undefined;
  for (const [line, content] of `${text}\n`.split('\n').entries()) {
    if (/^\s*#/.test(content)) {
      startLine ??= line;
      continue;
    }
    if (startLine !== undefined && line - 1 > startLine) {
      folds.push({ startLine, endLine: line - 1, kind: 'comment' });
    }
    startLine = undefined;
  }
  return folds;
}

function rangeOf({ keyRange, value }: Entry): TextRange {
  return { start: keyRange.start, end: Math.max(keyRange.end, value.range.end) };
}

function selectionAt({ document, textDocument }: Analysis, offset: number): SelectionRange {
  const whole = { start: 0, end: document.text.length };
  // A block's range goes on to the start of the next line, which is nobody's to select.
  const around = (document.root ? rangesAround(document.root, offset) : []).map(({ start, end }) => ({
    start,
    end: start + document.text.slice(start, end).trimEnd().length,
  }));
  let selection: SelectionRange = { range: toRange(textDocument, whole) };
  let outer: TextRange = whole;
  for (const range of around) {
    // An editor refuses a step that does not grow.
    if (range.start < outer.start || range.end > outer.end) continue;
    if (range.start === outer.start && range.end === outer.end) continue;
    selection = { range: toRange(textDocument, range), parent: selection };
    outer = range;
  }
  return selection;
}

/** The ranges that hold an offset, from the outside in. */
function rangesAround(node: ConfigNode, offset: number): readonly TextRange[] {
  if (!holds(node.range, offset)) return [];
  if (node.kind === 'scalar') return [node.range];
  if (node.kind === 'list') {
    const item = node.items.find(({ range }) => holds(range, offset));
    return item ? [node.range, ...rangesAround(item, offset)] : [node.range];
  }
  const entry = node.entries.find((candidate) => !candidate.isMerged && holds(rangeOf(candidate), offset));
  if (!entry) return [node.range];
  const inner = holds(entry.keyRange, offset) ? [entry.keyRange] : rangesAround(entry.value, offset);
  return [node.range, rangeOf(entry), ...inner];
}

function holds({ start, end }: TextRange, offset: number): boolean {
  return offset >= start && offset <= end;
}
