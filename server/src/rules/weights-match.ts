/** Lists that hold a weight for each element of another list. source: swift/arguments/rlhf_args.py, swift/rlhf_trainers/grpo_trainer.py */
import { t } from '@vscode/l10n';
import type { Settings } from './settings.ts';
import { onValue, settingsRule } from './settings-rule.ts';

export const weightsMatch = settingsRule({
  id: 'weights-match',
  tasks: ['rlhf'],
  *check(settings, context) {
    const type = settings.text('rlhf_type');
    if (type === 'dpo') yield* compare('loss_weights', lossTypes(settings), 'error');
    // The trainer itself compares these, when the models are loaded.
    if (type === 'grpo') yield* compare('reward_weights', rewards(settings), 'warning');

    function* compare(key: string, wanted: number | undefined, severity: 'error' | 'warning') {
      const entry = settings.entry(key);
      const count = settings.texts(key)?.length;
      if (!entry || !count || wanted === undefined || count === wanted) return;
      const message =
        key === 'loss_weights'
          ? t('loss_weights has {0} weights for {1} loss types. Write one for each.', count, wanted)
          : t('reward_weights has {0} weights for {1} rewards. Write one for each.', count, wanted);
      yield onValue(context, entry, { message, severity });
    }
  },
});

/** A loss that is not named is one all the same. */
function lossTypes(settings: Settings): number | undefined {
  const count = settings.texts('loss_type')?.length;
  return count === undefined ? undefined : Math.max(1, count);
}

function rewards(settings: Settings): number | undefined {
  const functions = settings.texts('reward_funcs')?.length;
  const models = settings.texts('reward_model')?.length;
  // An environment gives a reward of its own.
  if (functions === undefined || models === undefined || !settings.isNone('gym_env')) return undefined;
  return settings.isWritten('use_gym_env') ? undefined : functions + models;
}
