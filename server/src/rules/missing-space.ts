/** Spots `key:value` and `-item`, which YAML reads as one word, and repairs them. */
import { t } from '@vscode/l10n';
import { lineAt } from '../text/lines.ts';
import type { TextRange } from '../text/nodes.ts';
import type { Fix } from './rule.ts';

const DASH_AND_ITEM = /^\s*-(?=[^\s-])/;
const KEY_AND_VALUE = /^\s*(?:- )?[A-Za-z_][\w-]*:(?=[^\s/])/;

/** A fix that sets the spaces in the lines of a range, where any is missing. */
export function missingSpaceFixes(text: string, range: TextRange): readonly Fix[] {
  const isList = DASH_AND_ITEM.test(text.slice(lineAt(text, range.start).start));
  const pattern = isList ? DASH_AND_ITEM : KEY_AND_VALUE;
  const edits = [];
  for (let at = range.start; at <= range.end && edits.length < 100; ) {
    const line = lineAt(text, at);
    const match = pattern.exec(text.slice(line.start, line.end));
    if (match) {
      const place = line.start + match[0].length;
      edits.push({ range: { start: place, end: place }, newText: ' ' });
    }
    const next = text.indexOf('\n', line.end);
    if (next < 0) break;
    at = next + 1;
  }
  return edits.length > 0
    ? [{ title: isList ? t('Put a space after the dash') : t('Put a space after the colon'), edits }]
    : [];
}
