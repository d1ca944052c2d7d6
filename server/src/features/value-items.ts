/** Values as items of a completion list, written so that YAML 1.1 or JSON reads them as meant. */
import { t } from '@vscode/l10n';
import { CompletionItemKind } from 'vscode-languageserver';
import type { CursorContext } from '../text/cursor.ts';
import type { ConfigDocument } from '../text/document.ts';
import { writtenAsYaml } from '../text/scalar.ts';
import type { ValueSuggestion } from '../values/provider.ts';
import type { PlacedItem } from './key-items.ts';

const KINDS = {
  literal: CompletionItemKind.Value,
  choice: CompletionItemKind.EnumMember,
  name: CompletionItemKind.Constant,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
} as const;

export interface ValueItemsRequest {
  readonly values: readonly ValueSuggestion[];
  readonly cursor: CursorContext;
  readonly document: ConfigDocument;
  /** Stands before each value. */
  readonly lead: string;
}

export function valueItems({ values, cursor, document, lead }: ValueItemsRequest): readonly PlacedItem[] {
  // Right behind a colon a space is missing still.
  const isBehindColon = cursor.quote === '' && document.text[cursor.range.start - 1] === ':';
  const space = isBehindColon && !cursor.isFlow ? ' ' : '';
  return values.map((suggestion, index) => {
    const detail = suggestion.isDefault ? t('default') : suggestion.detail;
    return {
      label: suggestion.value,
      kind: KINDS[suggestion.kind],
      sortText: String(index).padStart(4, '0'),
      filterText: suggestion.value,
      newText: space + lead + writtenValue(suggestion, { cursor, document }),
      ...(detail === undefined ? {} : { detail }),
    };
  });
}

function writtenValue(
  { kind, value }: ValueSuggestion,
  { cursor, document }: Pick<ValueItemsRequest, 'cursor' | 'document'>,
): string {
  if (cursor.quote === "'") return value.replaceAll("'", "''");
  if (cursor.quote === '"') return JSON.stringify(value).slice(1, -1);
  if (kind === 'literal') return value;
  return document.format === 'json' ? JSON.stringify(value) : writtenAsYaml(value);
}
