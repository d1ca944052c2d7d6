import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { ligerRefuses } from './liger-refuses.ts';

const RLHF = { task: 'rlhf' } as const;

test('what the fused loss cannot compute is refused where it is written', () => {
  checkRule(
    ligerRefuses,
    `
rlhf_type: grpo
use_liger_kernel: true
delta: 4 # want "delta does not go with use_liger_kernel" fix="use_liger_kernel: false"
sequence_parallel_size: 2 # want "sequence_parallel_size"
top_entropy_quantile: 0.2 # want "top_entropy_quantile"
advantage_estimator: rloo # want "advantage_estimator"
teacher_model: a/b # want "teacher_model"
`,
    undefined,
    RLHF,
  );
  checkRule(
    ligerRefuses,
    'rlhf_type: gkd\ngkd_logits_topk: 5 # want "gkd_logits_topk"\nuse_liger_kernel: true # want "needs a teacher_model"\n',
    undefined,
    RLHF,
  );
});

test('without Liger, with what it can do, and with other methods nothing is said', () => {
  for (const text of [
    'rlhf_type: grpo\ndelta: 4\n',
    'rlhf_type: grpo\nuse_liger_kernel: true\ntop_entropy_quantile: 1.0\nimportance_sampling_level: sequence\n',
    'rlhf_type: gkd\nteacher_model: a/b\nuse_liger_kernel: true\n',
    'rlhf_type: dpo\nuse_liger_kernel: true\n',
  ])
    checkRule(ligerRefuses, text, undefined, RLHF);
});
