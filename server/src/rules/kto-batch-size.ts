/** KTO estimates a divergence from the other rows of a batch. source: swift/pipelines/train/kto.py: prepare_kto_dataset */
import { t } from '@vscode/l10n';
import { isOneOf } from './refusals.ts';
import { onValue, settingsRule } from './settings-rule.ts';

export const ktoBatchSize = settingsRule({
  id: 'kto-batch-size',
  tasks: ['rlhf'],
  *check(settings, context) {
    if (!isOneOf(settings, 'rlhf_type', 'kto')) return;
    if (settings.texts('loss_type')?.join() === 'apo_zero_unpaired') return;
    // Where accumulation is left out the engine sets it so that a batch has 16 rows.
    const accumulation = settings.entry('gradient_accumulation_steps');
    if (!accumulation || settings.isWritten('global_batch_size')) return;
    const rows = settings.number('per_device_train_batch_size');
    if (rows !== 1 || settings.number('gradient_accumulation_steps') !== 1) return;
    const processes = settings.variable('NPROC_PER_NODE');
    if (processes === undefined || (processes !== null && processes !== '1')) return;
    yield onValue(context, settings.entry('per_device_train_batch_size') ?? accumulation, {
      message: t(
        'KTO cannot learn from batches of one row, which one process makes of this. Raise per_device_train_batch_size or gradient_accumulation_steps.',
      ),
      severity: 'warning',
    });
  },
});
