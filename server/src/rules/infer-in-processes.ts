/** Several processes answer rows, and cannot talk with a person. source: swift/arguments/infer_args.py: _init_ddp */
import { t } from '@vscode/l10n';
import { findEntry } from '../text/document.ts';
import type { Entry, MappingNode } from '../text/nodes.ts';
import { rangeToMark } from './places.ts';
import type { Settings } from './settings.ts';
import { onValue, setTo, settingsRule } from './settings-rule.ts';

export const inferInProcesses = settingsRule({
  id: 'infer-in-processes',
  tasks: ['infer'],
  *check(settings, context) {
    const launch = launchEntry(settings);
    if (!launch) return;
    // Data of a checkpoint count, too.
    const mayHaveData = !settings.isOff('load_data_args');
    const hasData = ['val_dataset', 'cached_val_dataset'].some((name) => !settings.isNone(name));
    const splits = settings.number('split_dataset_ratio') !== 0 && !settings.isNone('dataset');
    const stream = settings.entry('stream');
    if (stream && settings.isOn('stream') && settings.number('num_beams') === 1) {
      yield onValue(context, stream, {
        message: t('Where several processes answer, nothing is streamed. Set stream to false.'),
        severity: 'error',
        fixes: setTo(context, settings, 'stream', false),
      });
    }
    if (mayHaveData || hasData || splits) return;
    yield {
      message: t(
        '{0} starts processes that answer rows. Name a val_dataset, or remove {0} to write to the model.',
        launch.entry.name,
      ),
      path: ['ENV', launch.entry.name],
      range: rangeToMark(context.document.text, { node: launch.entry.value, entry: launch.entry }),
      severity: 'error',
    };
  },
});

/** The variable that makes the engine start processes. source: swift/cli/main.py: use_torchrun */
function launchEntry(settings: Settings): { readonly block: MappingNode; readonly entry: Entry } | undefined {
  const block = settings.root && findEntry(settings.root, 'ENV')?.value;
  if (block?.kind !== 'mapping') return undefined;
  const entry = findEntry(block, 'NPROC_PER_NODE') ?? findEntry(block, 'NNODES');
  return entry && { block, entry };
}
