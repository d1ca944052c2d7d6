/** A path that leads nowhere. The engine takes a relative one that does not exist for the id of a hub. */
import { t } from '@vscode/l10n';
import type { FindingSeverity } from '../../../protocol/src/finding.ts';
import { TASKS } from '../../../protocol/src/task.ts';
import type { LocalFiles } from '../files/local-files.ts';
import { readDatasetSpec } from '../text/dataset-spec.ts';
import type { ConfigNode } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import { rangeToMark } from './places.ts';
import { settingsRule } from './settings-rule.ts';

type PathUse =
  /** A path or the id of a model. */
  | 'model'
  /** A data set's spec. */
  | 'dataset'
  /** The name of a preset, JSON, or a file. */
  | 'preset'
  /** Nothing but a path. */
  | 'path';

const PATHS: ReadonlyMap<string, PathUse> = new Map([
  ['model', 'model'],
  ['ref_model', 'model'],
  ['reward_model', 'model'],
  ['teacher_model', 'model'],
  ['adapters', 'model'],
  ['ref_adapters', 'model'],
  ['reward_adapters', 'model'],
  ['teacher_adapters', 'model'],
  ['dataset', 'dataset'],
  ['val_dataset', 'dataset'],
  ['chord_sft_dataset', 'dataset'],
  ['cached_dataset', 'dataset'],
  ['cached_val_dataset', 'dataset'],
  ['deepspeed', 'preset'],
  ['resume_from_checkpoint', 'path'],
  ['external_plugins', 'path'],
  ['custom_dataset_info', 'preset'],
]);

/** What the argument classes themselves refuse where it does not exist. source: sft_args.py and base_args.py below swift/arguments/ */
const REFUSED: ReadonlySet<string> = new Set(['resume_from_checkpoint', 'external_plugins']);

const DATA_FILE = /\.(?:jsonl?|csv|txt|parquet|arrow)$/i;

export const pathNotFound = settingsRule({
  id: 'path-not-found',
  tasks: TASKS,
  *check(settings, { document, files }) {
    if (!files) return;
    for (const [name, use] of PATHS) {
      const entry = settings.entry(name);
      if (!entry || settings.texts(name) === undefined) continue;
      for (const { node, path } of itemsOf(entry.value, entry.name)) {
        const missing = missingPath(files, use, pythonText(node.value));
        if (missing === undefined) continue;
        const severity: FindingSeverity = REFUSED.has(name) ? 'error' : 'warning';
        const message =
          use === 'path' || isPlainlyPath(missing)
            ? t('There is no {0} below {1}.', missing, files.directory)
            : t(
                'There is no {0} below {1}; the engine would look for it on a hub.',
                missing,
                files.directory,
              );
        yield { message, path, range: rangeToMark(document.text, { node, entry }), severity };
      }
    }
  },
});

function* itemsOf(value: ConfigNode, key: string) {
  const items = value.kind === 'list' ? value.items : [value];
  for (const [index, node] of items.entries()) {
    if (node.kind !== 'scalar' || node.value.type === 'null') continue;
    yield { node, path: value.kind === 'list' ? [key, index] : [key] };
  }
}

function missingPath(files: LocalFiles, use: PathUse, text: string): string | undefined {
  const place = use === 'dataset' ? placeOfDataset(files, text) : placeOf(use, text);
  if (place === undefined || place === '' || place === 'None') return undefined;
  const looksLocal = isPlainlyPath(place) || use === 'path' || (use !== 'model' && DATA_FILE.test(place));
  return looksLocal && files.kindOf(place) === 'missing' ? place : undefined;
}

/** Undefined for what names a hub, and so no file. */
function placeOfDataset(files: LocalFiles, text: string): string | undefined {
  const spec = readDatasetSpec(text, (path) => files.has(path));
  return spec.hub === undefined && !spec.isLocal ? spec.place : undefined;
}

function placeOf(use: PathUse, text: string): string | undefined {
  // An adapter of a served model may have a name before its path.
  const named = use === 'model' ? text.slice(text.indexOf('=') + 1) : text;
  return use === 'preset' && named.trimStart().startsWith('{') ? undefined : named;
}

/** Whether nothing but a path is written so. */
function isPlainlyPath(text: string): boolean {
  return /^(?:\.{1,2}\/|\/|~\/|[A-Za-z]:[\\/])/.test(text);
}
