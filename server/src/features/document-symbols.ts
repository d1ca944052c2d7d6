/** The outline: keys, and the keys inside them. */
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver';
import { topLevelEntries } from '../text/document.ts';
import type { Entry } from '../text/nodes.ts';
import type { Feature } from './feature.ts';
import { type Analysis, toRange } from './session.ts';

const MAX_SYMBOLS = 1000;
const MAX_DEPTH = 4;

export const documentSymbols: Feature = {
  id: 'document-symbols',
  capabilities: () => ({ documentSymbolProvider: true }),
  attach(connection, session) {
    connection.onDocumentSymbol(({ textDocument }) => {
      const analysis = session.analysis(textDocument.uri);
      return analysis ? symbolsOf(analysis, topLevelEntries(analysis.document), 1) : [];
    });
  },
};

function symbolsOf(analysis: Analysis, entries: readonly Entry[], depth: number): DocumentSymbol[] {
  return entries
    .filter((entry) => !entry.isMerged)
    .slice(0, MAX_SYMBOLS)
    .map((entry) => {
      const { value, keyRange } = entry;
      const end = Math.max(value.range.end, keyRange.end);
      return {
        name: entry.name === '' ? '""' : entry.name,
        kind: value.kind === 'mapping' ? SymbolKind.Module : SymbolKind.Property,
        range: toRange(analysis.textDocument, { start: keyRange.start, end: Math.max(end, keyRange.end) }),
        selectionRange: toRange(analysis.textDocument, keyRange),
        ...(value.kind === 'mapping' && depth < MAX_DEPTH
          ? { children: symbolsOf(analysis, value.entries, depth + 1) }
          : {}),
      };
    });
}
