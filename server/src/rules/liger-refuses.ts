/** What the fused loss of Liger cannot compute. source: swift/arguments/rlhf_args.py: _check_grpo, _check_teacher, _check_gkd */
import { t } from '@vscode/l10n';
import { isAbove, isBelow, isOneOf } from './refusals.ts';
import type { Settings } from './settings.ts';
import { onConfig, onValue, setTo, settingsRule } from './settings-rule.ts';

type Tests = Readonly<Record<string, (settings: Settings) => boolean>>;

const WITH_GRPO: Tests = {
  delta: (settings) => settings.isGiven('delta'),
  sequence_parallel_size: (settings) => isAbove(settings, 'sequence_parallel_size', 1),
  padding_free: (settings) => settings.isOn('padding_free'),
  packing: (settings) => settings.isOn('packing'),
  top_entropy_quantile: (settings) => isBelow(settings, 'top_entropy_quantile', 1),
  log_entropy: (settings) => settings.isOn('log_entropy'),
  off_policy_sequence_mask_delta: (settings) => settings.isGiven('off_policy_sequence_mask_delta'),
  importance_sampling_level: (settings) => isOneOf(settings, 'importance_sampling_level', 'sequence_token'),
  advantage_estimator: (settings) => isOneOf(settings, 'advantage_estimator', 'rloo', 'reinforce_plus_plus'),
  teacher_model: (settings) => settings.isGiven('teacher_model'),
  teacher_model_server: (settings) => settings.isGiven('teacher_model_server'),
  advantage_reweight: (settings) => isOneOf(settings, 'advantage_reweight', 'rlsd'),
  sdar_loss_coef: (settings) => isAbove(settings, 'sdar_loss_coef', 0),
};

const WITH_GKD: Tests = { gkd_logits_topk: (settings) => settings.isGiven('gkd_logits_topk') };

export const ligerRefuses = settingsRule({
  id: 'liger-refuses',
  tasks: ['rlhf'],
  *check(settings, context) {
    const liger = settings.entry('use_liger_kernel');
    if (!liger || !settings.isOn('use_liger_kernel')) return;
    const type = settings.text('rlhf_type');
    const tests = type === 'grpo' ? WITH_GRPO : type === 'gkd' ? WITH_GKD : {};
    const fixes = setTo(context, settings, 'use_liger_kernel', false);
    for (const [key, isUsed] of Object.entries(tests)) {
      if (!isUsed(settings)) continue;
      const entry = settings.entry(key);
      const finding = {
        message: t('{0} does not go with use_liger_kernel under rlhf_type {1}.', key, String(type)),
        severity: 'error' as const,
        fixes,
      };
      yield entry ? onValue(context, entry, finding) : onConfig(context, settings, finding);
    }
    if (type === 'gkd' && settings.isNone('teacher_model') && settings.isNone('teacher_model_server')) {
      yield onValue(context, liger, {
        message: t(
          'use_liger_kernel needs a teacher_model here: the model cannot be its own teacher with it.',
        ),
        severity: 'error',
        fixes,
      });
    }
  },
});
