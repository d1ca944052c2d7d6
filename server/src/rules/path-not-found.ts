/** A path that leads nowhere. The engine takes a relative one that does not exist for the id of a hub. */
import { t } from '@vscode/l10n';
import { TASKS } from '../../../protocol/src/task.ts';
import type { PlaceUse } from '../schema/place-uses.ts';
import { type NamedPlace, namedPlaces } from './named-places.ts';
import { rangeToMark } from './places.ts';
import { settingsRule } from './settings-rule.ts';

/**
 * What the argument classes themselves refuse where it does not exist.
 * source: swift/arguments/sft_args.py, swift/arguments/base_args/base_args.py
 */
const REFUSED: ReadonlySet<string> = new Set(['resume_from_checkpoint', 'external_plugins']);

const DATA_FILE = /\.(?:jsonl?|csv|txt|parquet|arrow)$/i;

export const pathNotFound = settingsRule({
  id: 'path-not-found',
  tasks: TASKS,
  *check(settings, { document, files }) {
    if (!files) return;
    for (const named of namedPlaces(settings, files)) {
      const { key, use, entry, node, path, place } = named;
      if (!isPath(named) || files.kindOf(place) !== 'missing') continue;
      yield {
        message:
          isNothingElse(use) || isPlainlyPath(place)
            ? t('There is no {0} below {1}.', place, files.directory)
            : t('There is no {0} below {1}; the engine would look for it on a hub.', place, files.directory),
        path,
        range: rangeToMark(document.text, { node, entry }),
        severity: REFUSED.has(key) ? 'error' : 'warning',
      };
    }
  },
});

/** Whether a path is meant, rather than an id or a preset that looks like one. */
function isPath({ use, place, hub }: NamedPlace): boolean {
  if (hub !== undefined) return false;
  return isPlainlyPath(place) || isNothingElse(use) || (!isModel(use) && DATA_FILE.test(place));
}

function isModel(use: PlaceUse): boolean {
  return use === 'model' || use === 'adapter';
}

/** Whether an argument takes nothing but a path. */
function isNothingElse(use: PlaceUse): boolean {
  return use === 'checkpoint' || use === 'program';
}

/** Whether nothing but a path is written so. */
function isPlainlyPath(text: string): boolean {
  return /^(?:\.{1,2}\/|\/|~\/|[A-Za-z]:[\\/])/.test(text);
}
