import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { selfDistillationRefuses } from './self-distillation-refuses.ts';

const RLHF = { task: 'rlhf' } as const;

test('reweighting needs rewards, a share, and a loss for each token', () => {
  checkRule(
    selfDistillationRefuses,
    `
rlhf_type: grpo
rlsd_lambda: 1.5 # want "between 0 and 1" fix="Remove"
advantage_reweight: rlsd # want "needs rewards"
loss_type: real # want "loss_type real whole answers"
off_policy_sequence_mask_delta: 2 # want "does not go with"
teacher_model_server: http://a # want "local model"
`,
    undefined,
    RLHF,
  );
});

test('gated distillation has a gate above 0 and does not go with reweighting', () => {
  checkRule(
    selfDistillationRefuses,
    `
rlhf_type: grpo
reward_funcs: [format]
sdar_gate_beta: 0 # want "above 0"
sdar_loss_coef: 0.1 # want "Keep one" fix="Remove sdar_loss_coef"
advantage_reweight: rlsd
`,
    undefined,
    RLHF,
  );
});

test('neither is judged where it is off or right', () => {
  for (const text of [
    'rlhf_type: grpo\nrlsd_lambda: 3\nsdar_gate_beta: -1\n',
    'rlhf_type: grpo\nadvantage_reweight: rlsd\nreward_funcs: [format]\nteacher_model: a/b\n',
    'rlhf_type: dpo\nadvantage_reweight: rlsd\n',
  ])
    checkRule(selfDistillationRefuses, text, undefined, RLHF);
});
