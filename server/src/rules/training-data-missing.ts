/** A training needs rows. source: swift/arguments/sft_args.py: __post_init__ */
import { t } from '@vscode/l10n';
import { isMeantBySomeKey } from './meant.ts';
import { onConfig, PLAIN_TRAINING_TASKS, settingsRule } from './settings-rule.ts';

export const trainingDataMissing = settingsRule({
  id: 'training-data-missing',
  tasks: PLAIN_TRAINING_TASKS,
  *check(settings, context) {
    if (!settings.root?.entries.length) return;
    if (!settings.isNone('dataset') || !settings.isNone('cached_dataset')) return;
    // A checkpoint may tell it then.
    if (!settings.isOff('load_data_args') && !settings.isOff('load_args')) return;
    if (isMeantBySomeKey(context, settings, 'dataset')) return;
    yield onConfig(context, settings, {
      message: t('There is nothing to train on. Name the data as dataset.'),
      severity: 'error',
    });
  },
});
