/** Repairs of a whole config at once. */
import { t } from '@vscode/l10n';
import { type CodeAction, CodeActionKind, type TextEdit as LspEdit } from 'vscode-languageserver';
import type { TextEdit } from '../rules/rule.ts';
import { writtenKey } from '../rules/written.ts';
import { topLevelEntries } from '../text/document.ts';
import { type Analysis, toRange } from './session.ts';

/** What an editor may run when a file is saved. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.tunewright`;
export const EXPAND = `${CodeActionKind.RefactorRewrite}.tunewright.abbreviations`;

/** The likeliest repair of everything that has one; what would take a line away is left to the person. */
export function fixAll(analysis: Analysis): CodeAction[] {
  const wanted = analysis.findings().flatMap(({ fixes }) => fixes?.[0]?.edits ?? []);
  const edits = apart(wanted.filter(({ newText }) => newText !== ''));
  return edits.length === 0
    ? []
    : [action(analysis, { title: t('Fix All That Has a Likely Repair'), kind: FIX_ALL, edits })];
}

/** Every key that the engine takes for a longer one, written in full. */
export function expandAbbreviations(analysis: Analysis): CodeAction[] {
  const { document, subject } = analysis;
  if (subject.kind !== 'config') return [];
  const edits = topLevelEntries(document).flatMap(({ name, keyRange, isMerged }) => {
    if (isMerged || subject.root.fields.has(name)) return [];
    const full = subject.abbreviations.keyFor(name);
    return full === undefined ? [] : [{ range: keyRange, newText: writtenKey(full, document.format) }];
  });
  return edits.length === 0
    ? []
    : [action(analysis, { title: t('Write Every Key in Full'), kind: EXPAND, edits })];
}

/** Edits that do not touch one another, those of earlier findings first. */
function apart(edits: readonly TextEdit[]): readonly TextEdit[] {
  const kept: TextEdit[] = [];
  for (const edit of edits) {
    const isFree = kept.every(({ range }) => edit.range.end < range.start || edit.range.start > range.end);
    if (isFree) kept.push(edit);
  }
  return kept;
}

interface WholeFile {
  readonly title: string;
  readonly kind: string;
  readonly edits: readonly TextEdit[];
}

function action({ textDocument }: Analysis, { title, kind, edits }: WholeFile): CodeAction {
  const changes: LspEdit[] = edits.map(({ range, newText }) => ({
    range: toRange(textDocument, range),
    newText,
  }));
  return { title, kind, edit: { changes: { [textDocument.uri]: changes } } };
}
