/** What tells a good answer from a bad one in GRPO. source: swift/arguments/rlhf_args.py: _init_grpo, _check_teacher; swift/rlhf_trainers/grpo_trainer.py */
import { t } from '@vscode/l10n';
import { isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { settingsRule } from './settings-rule.ts';

function hasNoTeacher(settings: Settings): boolean {
  return settings.isNone('teacher_model') && settings.isNone('teacher_model_server');
}

const ROWS: readonly Refusal[] = [
  {
    at: ['reward_funcs'],
    when: (settings) =>
      (settings.texts('reward_funcs')?.includes('soft_overlong') ?? false) &&
      settings.isNone('soft_cache_length'),
    message: () =>
      t('soft_overlong needs soft_cache_length: how many tokens before the limit it begins to punish.'),
  },
  {
    at: ['num_generations'],
    when: (settings) => hasNoTeacher(settings) && settings.number('num_generations') === 1,
    message: () => t('GRPO compares the answers to one question: num_generations has to be above 1.'),
    fixes: ['num_generations'],
  },
  {
    at: ['rlhf_type'],
    when: (settings) =>
      hasNoTeacher(settings) &&
      settings.isNone('reward_funcs') &&
      settings.isNone('reward_model') &&
      settings.isNone('gym_env') &&
      !settings.isWritten('use_gym_env'),
    message: () => t('GRPO has nothing to judge answers by. Set reward_funcs or reward_model.'),
    severity: 'warning',
  },
];

export const grpoRewards = settingsRule({
  id: 'grpo-rewards',
  tasks: ['rlhf'],
  *check(settings, context) {
    if (isOneOf(settings, 'rlhf_type', 'grpo')) yield* refusals(ROWS, settings, context);
  },
});
