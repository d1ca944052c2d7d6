/** Spots `key:value`, which YAML reads as one word, and repairs it. */
import { t } from '@vscode/l10n';
import { lineAt } from '../text/lines.ts';
import type { TextRange } from '../text/nodes.ts';
import type { Fix } from './rule.ts';

const KEY_AND_VALUE = /^\s*(?:- )?[A-Za-z_][\w-]*:(?=[^\s/])/;

/** A fix that sets the spaces in the lines of a range, where any is missing. */
export function missingSpaceFixes(text: string, range: TextRange): readonly Fix[] {
  const edits = [];
  for (let at = range.start; at <= range.end && edits.length < 100; ) {
    const line = lineAt(text, at);
    const match = KEY_AND_VALUE.exec(text.slice(line.start, line.end));
    if (match) {
      const place = line.start + match[0].length;
      edits.push({ range: { start: place, end: place }, newText: ' ' });
    }
    const next = text.indexOf('\n', line.end);
    if (next < 0) break;
    at = next + 1;
  }
  return edits.length > 0 ? [{ title: t('Put a space after the colon'), edits }] : [];
}
