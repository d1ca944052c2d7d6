/** Completion of keys and values; documentation is made when an item is looked at. */

import { t } from '@vscode/l10n';
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type Connection,
  InsertTextFormat,
  InsertTextMode,
  type Range,
} from 'vscode-languageserver';
import * as z from 'zod';
import { ConfigPath } from '../../../protocol/src/finding.ts';
import { TASKS } from '../../../protocol/src/task.ts';
import { shapeAt } from '../schema/shape.ts';
import { cursorAt } from '../text/cursor.ts';
import { declaredTaskRange } from '../text/declaration.ts';
import { topLevelEntries } from '../text/document.ts';
import { suggestValues } from '../values/index.ts';
import { MINIMAL_CONFIGS } from '../values/minimal-configs.ts';
import { keyMarkdown } from './documentation.ts';
import type { Editor, Feature } from './feature.ts';
import { KeyItems, type PlacedItem } from './key-items.ts';
import { type Analysis, describe, type Session, toOffset, toRange } from './session.ts';
import { valueItems } from './value-items.ts';
import { type ValuePlace, valuePlaceAt } from './value-place.ts';

const NOTHING: CompletionList = { isIncomplete: false, items: [] };

/** Where the keys of a list belong, so that their documentation can be found again; the label is the name. */
const KeyPlace = z.object({ uri: z.string(), path: ConfigPath });
type KeyPlace = z.infer<typeof KeyPlace>;

export const completion: Feature = {
  id: 'completion',
  capabilities: () => ({
    completionProvider: { resolveProvider: true, triggerCharacters: [' ', ':', '-', '[', '/', '"', "'"] },
  }),
  attach(connection, session, editor) {
    new Completion(session, editor).attach(connection);
  },
};

class Completion {
  readonly #session: Session;
  readonly #editor: Editor;
  readonly #keys = new KeyItems();

  constructor(session: Session, editor: Editor) {
    this.#session = session;
    this.#editor = editor;
  }

  attach(connection: Connection): void {
    connection.onCompletion(({ textDocument, position }) => {
      const analysis = this.#session.analysis(textDocument.uri);
      if (!analysis) return NOTHING;
      const offset = toOffset(analysis.textDocument, position);
      return this.#declaration(analysis, offset) ?? this.#complete(analysis, offset);
    });
    connection.onCompletionResolve((item) => this.#withDocumentation(item));
  }

  /** Tasks, where the cursor is in the line that declares one. */
  #declaration({ document, textDocument }: Analysis, offset: number): CompletionList | undefined {
    const range = declaredTaskRange(document.text);
    if (!range || offset < range.start || offset > range.end) return undefined;
    const items = TASKS.map((task) => ({ label: task, kind: CompletionItemKind.EnumMember, newText: task }));
    return this.#list({ items, range: toRange(textDocument, range), isIncomplete: false });
  }

  #complete(analysis: Analysis, offset: number): CompletionList {
    const { document, root, textDocument } = analysis;
    const cursor = cursorAt(document.text, offset);
    if (!cursor || !root) return NOTHING;
    const place = valuePlaceAt(root, cursor, document.text);
    if (place) return this.#values(analysis, place);
    if (cursor.on === 'key') {
      const range = toRange(textDocument, cursor.range);
      const { opensSuggestions } = this.#editor;
      const items = [...this.#keys.for({ analysis, cursor, opensSuggestions })];
      // What does not fit the letters so far is left out, so fewer letters are a new question.
      const isIncomplete = cursor.prefix !== '';
      if (cursor.path.length === 0) items.unshift(...this.#minimalConfigs(analysis));
      return this.#list({ items, range, isIncomplete, data: { uri: textDocument.uri, path: cursor.path } });
    }
    return NOTHING;
  }

  /** Whole configs, where there is nothing yet. */
  #minimalConfigs({ document, subject }: Analysis): readonly PlacedItem[] {
    const takesSnippets =
      this.#editor.capabilities.textDocument?.completion?.completionItem?.snippetSupport ?? false;
    const isEmpty = topLevelEntries(document).length === 0;
    if (!takesSnippets || !isEmpty || subject.kind !== 'config' || document.format !== 'yaml') return [];
    return (MINIMAL_CONFIGS[subject.task] ?? []).map(({ name, snippet }, index) => ({
      label: `${subject.task}: ${name}`,
      kind: CompletionItemKind.Snippet,
      detail: t('the least that runs'),
      sortText: `!${index}`,
      filterText: `${subject.task} ${name}`,
      insertTextFormat: InsertTextFormat.Snippet,
      insertTextMode: InsertTextMode.asIs,
      newText: snippet,
    }));
  }

  #values(
    { document, lookup, files, textDocument }: Analysis,
    { cursor, shape, lead }: ValuePlace,
  ): CompletionList {
    const { path, prefix } = cursor;
    const key = String(path.findLast((step) => typeof step === 'string') ?? '');
    const { values, isCut } = suggestValues(
      { path, key, shape, lookup, document, files, prefix },
      (provider, error) => this.#session.log(`Value provider ${provider.id} failed: ${describe(error)}`),
    );
    const items = valueItems({ values, cursor, document, lead });
    return this.#list({ items, range: toRange(textDocument, cursor.range), isIncomplete: isCut });
  }

  /** What all items share is said once, where the editor understands that. */
  #list({ items, range, isIncomplete, data }: ListParts): CompletionList {
    const { itemDefaults } = this.#editor.capabilities.textDocument?.completion?.completionList ?? {};
    const sharesRange = itemDefaults?.includes('editRange') ?? false;
    const sharesData = itemDefaults?.includes('data') ?? false;
    return {
      isIncomplete,
      itemDefaults: { ...(sharesRange ? { editRange: range } : {}), ...(sharesData && data ? { data } : {}) },
      items: items.map(({ newText, ...item }) => ({
        ...item,
        ...(sharesRange ? { textEditText: newText } : { textEdit: { range, newText } }),
        ...(data && !sharesData ? { data } : {}),
      })),
    };
  }

  #withDocumentation(item: CompletionItem): CompletionItem {
    const place = KeyPlace.safeParse(item.data);
    if (!place.success) return item;
    const root = this.#session.analysis(place.data.uri)?.root;
    const parent = root && shapeAt(root, place.data.path);
    const field = parent?.kind === 'mapping' ? parent.fields.get(item.label) : undefined;
    return field ? { ...item, documentation: { kind: 'markdown', value: keyMarkdown(field) } } : item;
  }
}

interface ListParts {
  readonly items: readonly PlacedItem[];
  readonly range: Range;
  readonly isIncomplete: boolean;
  readonly data?: KeyPlace;
}
