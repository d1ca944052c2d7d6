/** Writes the comment that silences a rule on a line or in a file. */
import { t } from '@vscode/l10n';
import { type ConfigDocument, topLevelEntries } from '../text/document.ts';
import { type IgnoreComment, ignoreComments, isInScalar } from '../text/ignore-comments.ts';
import { lineAt } from '../text/lines.ts';
import { UNNEEDED_IGNORE } from './ignoring.ts';
import type { Fix, NamedFinding, TextEdit } from './rule.ts';

/** Nothing where a comment cannot stand. */
export function ignoreFixes(document: ConfigDocument, { id, range }: NamedFinding): readonly Fix[] {
  if (document.format !== 'yaml' || document.condition !== 'readable' || id === UNNEEDED_IGNORE) return [];
  const comments = ignoreComments(document);
  const onLine = editOnLine(document, { id, offset: range.start, comments });
  const inFile = editInFile(document, id, comments);
  return [
    ...(onLine ? [{ title: t('Ignore {0} on this line', id), edits: [onLine] }] : []),
    { title: t('Ignore {0} in this file', id), edits: [inFile] },
  ];
}

interface Place {
  readonly id: string;
  readonly offset: number;
  readonly comments: readonly IgnoreComment[];
}

function editOnLine(document: ConfigDocument, { id, offset, comments }: Place): TextEdit | undefined {
  const { text } = document;
  const line = lineAt(text, offset);
  const known = comments.find(({ covers }) => covers === line.start);
  if (known) return extended(known, id);
  const content = text.slice(line.start, line.end).trimEnd();
  const end = line.start + content.length;
  if (!isInScalar(document, end) && !isInScalar(document, line.end)) {
    return { range: { start: end, end: line.end }, newText: ` # tunewright: ignore ${id}` };
  }
  // A text of several lines begins here; above the first key the comment would speak of the whole file.
  const first = topLevelEntries(document).find((entry) => !entry.isMerged);
  if (isInScalar(document, line.start) || !first || line.start <= first.keyRange.start) return undefined;
  const indentation = /^ */.exec(content)?.[0] ?? '';
  const newText = `${indentation}# tunewright: ignore ${id}\n`;
  return { range: { start: line.start, end: line.start }, newText };
}

/** After the line that says for which task the file is, which has to be the first. */
function editInFile({ text }: ConfigDocument, id: string, comments: readonly IgnoreComment[]): TextEdit {
  const known = comments.find(({ covers }) => covers === 'file');
  if (known) return extended(known, id);
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  const declared = /^\s*#\s*tunewright:[^\n]*(?:\n|$)/.exec(text.slice(start))?.[0] ?? '';
  const at = start + declared.length;
  const newText = `${declared === '' || declared.endsWith('\n') ? '' : '\n'}# tunewright: ignore ${id}\n`;
  return { range: { start: at, end: at }, newText };
}

function extended({ ids, range }: IgnoreComment, id: string): TextEdit {
  const at = ids.at(-1)?.range.end ?? range.end;
  return { range: { start: at, end: at }, newText: ids.length === 0 ? ` ${id}` : `, ${id}` };
}
