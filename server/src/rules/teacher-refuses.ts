/** What a teacher model, and methods that learn from one, can be combined with. source: swift/arguments/rlhf_args.py: _check_teacher, _check_gkd, _check_opd_rl */
import { t } from '@vscode/l10n';
import { isAbove, isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { settingsRule } from './settings-rule.ts';

function isType(settings: Settings, ...types: readonly string[]): boolean {
  return isOneOf(settings, 'rlhf_type', ...types);
}

function hasTeacher(settings: Settings): boolean {
  return settings.isGiven('teacher_model') || settings.isGiven('teacher_model_server');
}

/** A loss that makes one number of a whole answer. */
function lossOfWhole(settings: Settings): boolean {
  const types = settings.texts('loss_type') ?? [];
  return types.length === 1 && types.every((type) => type === 'real' || type === 'fipo');
}

const ROWS: readonly Refusal[] = [
  {
    at: ['teacher_model_server', 'teacher_model'],
    when: (settings) =>
      isType(settings, 'grpo', 'gkd') &&
      settings.isGiven('teacher_model') &&
      settings.isGiven('teacher_model_server'),
    message: () => t('teacher_model and teacher_model_server name two teachers. Keep one.'),
    fixes: ['teacher_model_server', 'teacher_model'],
  },
  {
    at: ['teacher_model_server'],
    when: (settings) =>
      isType(settings, 'gkd') &&
      settings.isGiven('teacher_model_server') &&
      settings.isNone('gkd_logits_topk'),
    message: () =>
      t(
        'teacher_model_server needs gkd_logits_topk: a server tells only the likeliest tokens, 20 as a rule.',
      ),
    fixes: [['gkd_logits_topk', 20]],
  },
  {
    at: ['gkd_logits_topk'],
    when: (settings) =>
      isType(settings, 'gkd') &&
      settings.isGiven('gkd_logits_topk') &&
      settings.number('gkd_logits_topk') !== undefined &&
      !isAbove(settings, 'gkd_logits_topk', 0),
    message: () => t('gkd_logits_topk is a number of tokens above 0. Remove it for the whole vocabulary.'),
    fixes: ['gkd_logits_topk'],
  },
  {
    at: ['loss_type'],
    when: (settings) => isType(settings, 'grpo') && hasTeacher(settings) && lossOfWhole(settings),
    message: (settings) =>
      t(
        'A teacher judges each token, and loss_type {0} whole answers. Choose another loss_type.',
        settings.texts('loss_type')?.[0] ?? '',
      ),
    fixes: ['loss_type'],
  },
  {
    at: ['off_policy_sequence_mask_delta'],
    when: (settings) =>
      isType(settings, 'grpo') && hasTeacher(settings) && settings.isGiven('off_policy_sequence_mask_delta'),
    message: () => t('off_policy_sequence_mask_delta does not go with a teacher.'),
    fixes: ['off_policy_sequence_mask_delta'],
  },
  {
    at: ['dynamic_sample'],
    when: (settings) =>
      isType(settings, 'grpo') &&
      hasTeacher(settings) &&
      settings.isNone('reward_funcs') &&
      settings.isOn('dynamic_sample'),
    message: () => t('dynamic_sample looks at rewards, and there are none. Set reward_funcs.'),
    fixes: [['dynamic_sample', false]],
  },
  {
    at: ['scale_rewards'],
    when: (settings) =>
      isType(settings, 'grpo') &&
      hasTeacher(settings) &&
      settings.isNone('reward_funcs') &&
      isOneOf(settings, 'scale_rewards', 'gdpo'),
    message: () => t('scale_rewards: gdpo scales rewards, and there are none. Set reward_funcs.'),
    fixes: ['scale_rewards'],
  },
  {
    at: ['teacher_model', 'teacher_model_server'],
    when: (settings) =>
      isType(settings, 'dpo', 'orpo', 'simpo', 'kto', 'cpo', 'rm', 'ppo') && hasTeacher(settings),
    message: (settings) =>
      t(
        'rlhf_type {0} has no teacher; only gkd and grpo learn from one.',
        String(settings.text('rlhf_type')),
      ),
    severity: 'warning',
    fixes: ['teacher_model', 'teacher_model_server'],
  },
];

export const teacherRefuses = settingsRule({
  id: 'teacher-refuses',
  tasks: ['rlhf'],
  check: (settings, context) => refusals(ROWS, settings, context),
});
