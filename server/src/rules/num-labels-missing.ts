/** A classifier has to know how many classes there are. source: swift/model/model_meta.py: get_model_info_meta */
import { t } from '@vscode/l10n';
import { looksAtModel, mayLoadArguments } from './loading.ts';
import { onValue, PLAIN_TASKS, settingsRule } from './settings-rule.ts';

export const numLabelsMissing = settingsRule({
  id: 'num-labels-missing',
  tasks: PLAIN_TASKS,
  *check(settings, context) {
    const entry = settings.entry('task_type');
    if (!entry || settings.text('task_type') !== 'seq_cls' || !settings.isNone('num_labels')) return;
    // A reward model has one; a checkpoint tells its own.
    const method = settings.task === 'rlhf' ? settings.text('rlhf_type') : null;
    if (method === undefined || method === 'rm') return;
    if (mayLoadArguments(settings, context) || !looksAtModel(settings)) return;
    yield onValue(context, entry, {
      message: t('task_type seq_cls needs num_labels: the number of classes, or 1 for a number.'),
      severity: 'error',
    });
  },
});
