/** The fix that takes an entry out. */
import { t } from '@vscode/l10n';
import { wholeLinesOf } from '../text/lines.ts';
import type { Entry } from '../text/nodes.ts';
import type { Fix } from './rule.ts';

/** Nothing where the entry shares its lines with others. */
export function removalOf(text: string, entry: Entry): readonly Fix[] {
  const range = entry.isMerged ? undefined : wholeLinesOf(text, entry);
  return range ? [{ title: t('Remove {0}', entry.name), edits: [{ range, newText: '' }] }] : [];
}
