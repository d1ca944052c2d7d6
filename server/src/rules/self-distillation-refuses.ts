/** What advantage reweighting (RLSD) and gated distillation (SDAR) need of a GRPO training. source: swift/arguments/rlhf_args.py: _check_rlsd, _check_sdar */
import { t } from '@vscode/l10n';
import { isAbove, isBelow, isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { settingsRule } from './settings-rule.ts';

const REWEIGHT = 'advantage_reweight';

function reweights(settings: Settings): boolean {
  return isOneOf(settings, REWEIGHT, 'rlsd');
}

function distills(settings: Settings): boolean {
  return isAbove(settings, 'sdar_loss_coef', 0);
}

const ROWS: readonly Refusal[] = [
  {
    at: ['rlsd_lambda'],
    when: (settings) =>
      reweights(settings) && (isAbove(settings, 'rlsd_lambda', 1) || isBelow(settings, 'rlsd_lambda', 0)),
    message: () => t('rlsd_lambda is a share between 0 and 1.'),
    fixes: ['rlsd_lambda'],
  },
  {
    at: ['rlsd_reweight_clip_range'],
    when: (settings) => reweights(settings) && isBelow(settings, 'rlsd_reweight_clip_range', 0),
    message: () => t('rlsd_reweight_clip_range cannot be below 0.'),
    fixes: ['rlsd_reweight_clip_range'],
  },
  {
    at: [REWEIGHT],
    when: (settings) => reweights(settings) && settings.isNone('reward_funcs'),
    message: () => t('advantage_reweight: rlsd needs rewards to weigh. Set reward_funcs.'),
    fixes: [REWEIGHT],
  },
  {
    at: ['loss_type'],
    when: (settings) => {
      const types = settings.texts('loss_type') ?? [];
      return reweights(settings) && types.length === 1 && /^(?:real|fipo)$/.test(types[0] ?? '');
    },
    message: (settings) =>
      t(
        'advantage_reweight: rlsd weighs each token, and loss_type {0} whole answers. Choose another loss_type.',
        settings.texts('loss_type')?.[0] ?? '',
      ),
    fixes: ['loss_type'],
  },
  {
    at: ['off_policy_sequence_mask_delta'],
    when: (settings) => reweights(settings) && settings.isGiven('off_policy_sequence_mask_delta'),
    message: () => t('off_policy_sequence_mask_delta does not go with advantage_reweight: rlsd.'),
    fixes: ['off_policy_sequence_mask_delta'],
  },
  {
    at: ['teacher_model_server'],
    when: (settings) =>
      (reweights(settings) || distills(settings)) && settings.isGiven('teacher_model_server'),
    message: () =>
      t('The teacher has to be a local model here: set teacher_model, or neither to learn from itself.'),
    fixes: ['teacher_model_server'],
  },
  {
    at: ['sdar_gate_beta'],
    when: (settings) =>
      distills(settings) &&
      typeof settings.number('sdar_gate_beta') === 'number' &&
      !isAbove(settings, 'sdar_gate_beta', 0),
    message: () => t('sdar_gate_beta has to be above 0.'),
    fixes: ['sdar_gate_beta'],
  },
  {
    at: ['sdar_loss_coef'],
    when: (settings) => distills(settings) && reweights(settings),
    message: () =>
      t('sdar_loss_coef and advantage_reweight: rlsd are two ways to learn from a teacher. Keep one.'),
    fixes: ['sdar_loss_coef', REWEIGHT],
  },
];

export const selfDistillationRefuses = settingsRule({
  id: 'self-distillation-refuses',
  tasks: ['rlhf'],
  *check(settings, context) {
    if (isOneOf(settings, 'rlhf_type', 'grpo')) yield* refusals(ROWS, settings, context);
  },
});
