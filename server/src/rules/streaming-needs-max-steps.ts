/** Rows that stream are not counted, so the trainer cannot tell when it is done. source: transformers/trainer.py */
import { t } from '@vscode/l10n';
import { onValue, PLAIN_TRAINING_TASKS, settingsRule } from './settings-rule.ts';

export const streamingNeedsMaxSteps = settingsRule({
  id: 'streaming-needs-max-steps',
  tasks: PLAIN_TRAINING_TASKS,
  *check(settings, context) {
    const entry = settings.entry('streaming');
    const steps = settings.number('max_steps');
    if (!entry || !settings.isOn('streaming') || typeof steps !== 'number' || steps > 0) return;
    yield onValue(context, entry, {
      message: t('The rows of a data set that streams are not counted. Set max_steps.'),
      severity: 'warning',
    });
  },
});
