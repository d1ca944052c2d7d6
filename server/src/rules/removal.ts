/** The fix that takes an entry out. */
import { t } from '@vscode/l10n';
import type { ConfigDocument } from '../text/document.ts';
import { wholeLinesOf } from '../text/lines.ts';
import type { Entry, TextRange } from '../text/nodes.ts';
import type { Fix } from './rule.ts';

/** Nothing where the entry of a YAML text shares its lines with others. */
export function removalOf({ text, format }: ConfigDocument, entry: Entry): readonly Fix[] {
  if (entry.isMerged) return [];
  const range = format === 'json' ? memberOf(text, entry) : wholeLinesOf(text, entry);
  return range ? [{ title: t('Remove {0}', entry.name), edits: [{ range, newText: '' }] }] : [];
}

/** A member of an object with one of the commas around it. */
function memberOf(text: string, { keyRange, value }: Entry): TextRange {
  const { start } = keyRange;
  const { end } = value.range;
  const following = /^\s*,\s*/.exec(text.slice(end))?.[0].length;
  if (following !== undefined) return { start, end: end + following };
  const before = text.slice(0, start).trimEnd();
  return { start: before.endsWith(',') ? before.length - 1 : before.length, end };
}
