/** The trainer's filter writes the last good loss in place of one that is no number. source: transformers/trainer.py: logging_nan_inf_filter */
import { t } from '@vscode/l10n';
import { onValue, PLAIN_TRAINING_TASKS, removeSettings, settingsRule } from './settings-rule.ts';

export const nanFilterOn = settingsRule({
  id: 'nan-filter-on',
  tasks: PLAIN_TRAINING_TASKS,
  *check(settings, context) {
    const entry = settings.entry('logging_nan_inf_filter');
    if (!entry || !settings.isOn('logging_nan_inf_filter')) return;
    yield onValue(context, entry, {
      message: t('This hides losses that are no numbers. Leave it out, and alerts see them.'),
      severity: 'warning',
      fixes: removeSettings(context, settings, 'logging_nan_inf_filter'),
    });
  },
});
