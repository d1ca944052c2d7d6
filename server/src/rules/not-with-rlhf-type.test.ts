import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { notWithRlhfType } from './not-with-rlhf-type.ts';

const RLHF = { task: 'rlhf' } as const;

test('a feature that the method lacks is refused on its own line', () => {
  checkRule(
    notWithRlhfType,
    `
rlhf_type: orpo
packing: true # want "packing does not go with rlhf_type orpo, only with dpo, kto, grpo, gkd" fix="packing: false"
sequence_parallel_size: 2 # want "only with dpo, grpo" fix="sequence_parallel_size: 1"
loss_type: sigmoid
loss_weights: [1.0] # want "loss_weights does not go with" fix="Remove"
`,
    `
rlhf_type: orpo
packing: false
sequence_parallel_size: 1
loss_type: sigmoid
`,
    RLHF,
  );
  checkRule(
    notWithRlhfType,
    `
rlhf-type: grpo
loss_type: [grpo, dapo] # want "single loss_type" fix="Remove"
cached_dataset: [cache] # want "cached_dataset does not go with rlhf_type grpo" fix="Remove"
truncation_strategy: right # want "Use left or delete" fix="truncation_strategy: left"
vllm_reasoning_parser: qwen3 # want "vllm_reasoning_parser" fix="Remove"
`,
    undefined,
    RLHF,
  );
  checkRule(
    notWithRlhfType,
    'rlhf_type: gkd\nasync_generate: yes # want "async_generate"\nseq_kd: true # want "seq_kd"\n',
    undefined,
    RLHF,
  );
});

test('what the method has, what is off and what is not known is left alone', () => {
  checkRule(notWithRlhfType, 'rlhf_type: kto\nloss_weights: [1.0]\n', undefined, RLHF);
  checkRule(
    notWithRlhfType,
    'packing: true\nsequence_parallel_size: 4\nloss_type: [sigmoid, sft]\nloss_weights: [1, 1]\n',
    undefined,
    RLHF,
  );
  checkRule(notWithRlhfType, 'rlhf_type: grpo\ntruncation_strategy: delete\npacking: yes\n', undefined, RLHF);
  checkRule(notWithRlhfType, 'rlhf_type: rm\npacking: false\nsequence_parallel_size: 1\n', undefined, RLHF);
  checkRule(notWithRlhfType, 'rlhf_type: nonsense\npacking: true\n', undefined, RLHF);
});
