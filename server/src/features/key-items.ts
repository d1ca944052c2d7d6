/** Keys as items of a completion list: those that a mapping may hold and does not yet. */
import { type CompletionItem, CompletionItemKind, InsertTextMode } from 'vscode-languageserver';
import { type Field, type Shape, shapeAt } from '../schema/shape.ts';
import type { CursorContext } from '../text/cursor.ts';
import type { ConfigNode } from '../text/nodes.ts';
import { fitsTyped } from '../text/typed.ts';
import { defaultOf, typeOf } from './documentation.ts';
import { keyRank } from './key-order.ts';
import type { Analysis } from './session.ts';

/** An item with the text that takes the place of the word at the cursor. */
export type PlacedItem = CompletionItem & { readonly newText: string };

export interface KeyItemsRequest {
  readonly analysis: Analysis;
  readonly cursor: CursorContext;
  readonly opensSuggestions: boolean;
}

/** What is the same for a key in every list. */
type FieldItem = Pick<CompletionItem, 'label' | 'kind' | 'detail' | 'sortText'>;

/** Makes items of keys, and the words of each key once. */
export class KeyItems {
  readonly #made = new WeakMap<Field, FieldItem>();

  for(request: KeyItemsRequest): readonly PlacedItem[] {
    const { analysis, cursor } = request;
    const shape = analysis.root && shapeAt(analysis.root, cursor.path);
    const present = presentKeys(analysis, cursor);
    const isTyped = fitsTyped(cursor.prefix);
    const isWanted = (name: string): boolean => !present.has(name) && isTyped(name);
    if (shape?.kind === 'record') {
      return shape.suggestedNames.filter(isWanted).map((name) => ({
        label: name,
        kind: CompletionItemKind.Variable,
        newText: keyText(name, undefined, request),
      }));
    }
    if (shape?.kind !== 'mapping') return [];
    return offered(analysis, shape, cursor)
      .filter((field) => isWanted(field.name))
      .map((field) => this.#item(field, request));
  }

  #item(field: Field, request: KeyItemsRequest): PlacedItem {
    const goesOn = request.opensSuggestions && !request.cursor.hasColon;
    const newText = keyText(field.name, field.shape, request);
    return {
      ...this.#words(field),
      newText,
      // The new line is indented already, and the editor would do it once more.
      ...(newText.includes('\n') ? { insertTextMode: InsertTextMode.asIs } : {}),
      ...(goesOn ? { command: { title: '', command: 'editor.action.triggerSuggest' } } : {}),
    };
  }

  #words(field: Field): FieldItem {
    const known = this.#made.get(field);
    if (known) return known;
    const standard = defaultOf(field.shape);
    const type = typeOf(field.shape);
    const item: FieldItem = {
      label: field.name,
      kind: field.isOwn ? CompletionItemKind.Module : CompletionItemKind.Property,
      detail: standard === undefined || standard === '' ? type : `${type} = ${standard}`,
      sortText: keyRank(field),
    };
    this.#made.set(field, item);
    return item;
  }
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

/** The key with its colon, and a new line below it where a mapping of ours follows. */
function keyText(name: string, shape: Shape | undefined, { analysis, cursor }: KeyItemsRequest): string {
  const isJson = analysis.document.format === 'json';
  const written = isJson && cursor.quote === '' ? JSON.stringify(name) : name;
  if (cursor.hasColon) return written;
  // Inside quotes the closing one stands behind the cursor already, or is typed next.
  if (cursor.quote !== '') return written;
  const opensBlock = !cursor.isFlow && (shape?.kind === 'mapping' || shape?.kind === 'record');
  if (!opensBlock) return `${written}: `;
  const { line } = analysis.textDocument.positionAt(cursor.range.start);
  const column = cursor.range.start - analysis.textDocument.offsetAt({ line, character: 0 });
  return `${written}:\n${' '.repeat(column + 2)}`;
}
