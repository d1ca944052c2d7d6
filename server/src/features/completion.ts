/** Completion of keys and values; documentation is made when an item is looked at. */
import { type CompletionItem, type CompletionList, InsertTextFormat } from 'vscode-languageserver';
import * as z from 'zod';
import { shapeAt } from '../schema/shape.ts';
import { cursorAt } from '../text/cursor.ts';
import { suggestValues } from '../values/index.ts';
import { keyMarkdown } from './documentation.ts';
import type { Editor, Feature } from './feature.ts';
import { keyItems } from './key-items.ts';
import { type Analysis, describe, type Session, toOffset } from './session.ts';
import { valueItems } from './value-items.ts';

const NOTHING: CompletionList = { isIncomplete: false, items: [] };

/** Where a key's item came from, so that its documentation can be found again. */
const KeyReference = z.object({
  uri: z.string(),
  path: z.array(z.union([z.string(), z.number()])),
  name: z.string(),
});

export const completion: Feature = {
  id: 'completion',
  capabilities: () => ({
    completionProvider: { resolveProvider: true, triggerCharacters: [' ', ':', '-', '[', '/', '"', "'"] },
  }),
  attach(connection, session, editor) {
    connection.onCompletion(({ textDocument, position }) => {
      const analysis = session.analysis(textDocument.uri);
      if (!analysis?.root) return NOTHING;
      return complete(session, { analysis, editor, offset: toOffset(analysis.textDocument, position) });
    });
    connection.onCompletionResolve((item) => withDocumentation(session, item));
  },
};

interface CompletionRequest {
  readonly analysis: Analysis;
  readonly editor: Editor;
  readonly offset: number;
}

function complete(session: Session, { analysis, editor, offset }: CompletionRequest): CompletionList {
  const { document, root, lookup, textDocument } = analysis;
  const cursor = cursorAt(document.text, offset);
  if (!cursor || !root) return NOTHING;
  const range = {
    start: textDocument.positionAt(cursor.range.start),
    end: textDocument.positionAt(cursor.range.end),
  };
  if (cursor.on === 'key') {
    const items = keyItems({ analysis, cursor, opensSuggestions: editor.opensSuggestions });
    return listOf(editor, { items, range, isIncomplete: false });
  }
  const shape = shapeAt(root, cursor.path);
  if (!shape) return NOTHING;
  const key = String(cursor.path.findLast((step) => typeof step === 'string') ?? '');
  const { values, isCut } = suggestValues(
    { path: cursor.path, key, shape, lookup, document, prefix: cursor.prefix },
    (provider, error) => session.log(`Value provider ${provider.id} failed: ${describe(error)}`),
  );
  const items = valueItems({ values, cursor, document });
  return listOf(editor, { items, range, isIncomplete: isCut });
}

interface ListParts {
  readonly items: readonly (CompletionItem & { readonly newText: string })[];
  readonly range: {
    readonly start: { line: number; character: number };
    readonly end: { line: number; character: number };
  };
  readonly isIncomplete: boolean;
}

/** The range is said once for the list where the editor understands that, and with every item otherwise. */
function listOf({ capabilities }: Editor, { items, range, isIncomplete }: ListParts): CompletionList {
  const defaults = capabilities.textDocument?.completion?.completionList?.itemDefaults ?? [];
  const sharesRange = defaults.includes('editRange') && defaults.includes('insertTextFormat');
  if (sharesRange) {
    return {
      isIncomplete,
      itemDefaults: { editRange: range, insertTextFormat: InsertTextFormat.PlainText },
      items: items.map(({ newText, ...item }) => ({ ...item, textEditText: newText })),
    };
  }
  return {
    isIncomplete,
    items: items.map(({ newText, ...item }) => ({
      ...item,
      insertTextFormat: InsertTextFormat.PlainText,
      textEdit: { range, newText },
    })),
  };
}

function withDocumentation(session: Session, item: CompletionItem): CompletionItem {
  const reference = KeyReference.safeParse(item.data);
  if (!reference.success) return item;
  const { uri, path, name } = reference.data;
  const root = session.analysis(uri)?.root;
  const parent = root && shapeAt(root, path);
  const field = parent?.kind === 'mapping' ? parent.fields.get(name) : undefined;
  return field ? { ...item, documentation: { kind: 'markdown', value: keyMarkdown(field) } } : item;
}
