/** Keys as items of a completion list: those that a mapping may hold and does not yet. */
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver';
import { type Field, type Shape, shapeAt } from '../schema/shape.ts';
import type { CursorContext } from '../text/cursor.ts';
import type { ConfigNode } from '../text/nodes.ts';
import { defaultOf, typeOf } from './documentation.ts';
import { keyRank } from './key-order.ts';
import type { Analysis } from './session.ts';

export type PlacedItem = CompletionItem & { readonly newText: string };

export interface KeyItemsRequest {
  readonly analysis: Analysis;
  readonly cursor: CursorContext;
  readonly opensSuggestions: boolean;
}

export function keyItems(request: KeyItemsRequest): readonly PlacedItem[] {
  const { analysis, cursor } = request;
  const shape = analysis.root && shapeAt(analysis.root, cursor.path);
  const present = presentKeys(analysis, cursor);
  if (shape?.kind === 'record') {
    return shape.suggestedNames
      .filter((name) => !present.has(name))
      .map((name) => ({ label: name, kind: CompletionItemKind.Variable, newText: keyText(name, request) }));
  }
  if (shape?.kind !== 'mapping') return [];
  return offered(analysis, shape, cursor)
    .filter((field) => !present.has(field.name))
    .map((field) => keyItem(field, request));
}

function offered(
  { subject, lookup }: Analysis,
  shape: Shape & { kind: 'mapping' },
  cursor: CursorContext,
): readonly Field[] {
  if (subject.kind === 'config' && cursor.path.length === 0) return lookup.task(subject.task)?.offered ?? [];
  return [...shape.fields.values()];
}

/** Keys beside the cursor, less the one that it stands on. */
function presentKeys({ document }: Analysis, { path, range }: CursorContext): ReadonlySet<string> {
  let node: ConfigNode | undefined = document.root;
  for (const step of path) {
    if (node?.kind === 'mapping') node = node.entries.findLast((entry) => entry.name === String(step))?.value;
    else node = node?.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined;
  }
  const entries = node?.kind === 'mapping' ? node.entries : [];
  const others = entries.filter(({ keyRange }) => keyRange.end < range.start || keyRange.start > range.end);
  return new Set(others.map((entry) => entry.name));
}

function keyItem(field: Field, request: KeyItemsRequest): PlacedItem {
  const { analysis, cursor, opensSuggestions } = request;
  const standard = defaultOf(field.shape);
  const type = typeOf(field.shape);
  const goesOn = opensSuggestions && !cursor.hasColon;
  return {
    label: field.name,
    kind: field.isOwn ? CompletionItemKind.Module : CompletionItemKind.Property,
    detail: standard === undefined || standard === '' ? type : `${type} = ${standard}`,
    sortText: keyRank(field),
    data: { uri: analysis.textDocument.uri, path: cursor.path, name: field.name },
    newText: keyText(field.name, request, field.shape),
    ...(goesOn ? { command: { title: '', command: 'editor.action.triggerSuggest' } } : {}),
  };
}

/** The key with its colon, and a new line below it where a mapping of ours follows. */
function keyText(name: string, { analysis, cursor }: KeyItemsRequest, shape?: Shape): string {
  const isJson = analysis.document.format === 'json';
  const written = isJson && cursor.quote === '' ? JSON.stringify(name) : name;
  if (cursor.hasColon) return written;
  if (cursor.quote !== '') return isJson ? `${written}` : `${written}${cursor.quote}: `;
  const opensBlock = !cursor.isFlow && (shape?.kind === 'mapping' || shape?.kind === 'record');
  if (!opensBlock) return `${written}: `;
  const { line } = analysis.textDocument.positionAt(cursor.range.start);
  const column = cursor.range.start - analysis.textDocument.offsetAt({ line, character: 0 });
  return `${written}:\n${' '.repeat(column + 2)}`;
}
