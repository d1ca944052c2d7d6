import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { ktoBatchSize } from './kto-batch-size.ts';

const RLHF = { task: 'rlhf' } as const;

test('one row a step is too few for KTO', () => {
  checkRule(
    ktoBatchSize,
    'rlhf_type: kto\nper_device_train_batch_size: 1 # want "batches of one row"\ngradient_accumulation_steps: 1\n',
    undefined,
    RLHF,
  );
  checkRule(
    ktoBatchSize,
    'rlhf_type: kto\ngradient_accumulation_steps: 1 # want "batches of one row"\n',
    undefined,
    RLHF,
  );
});

test('more rows, more processes and other losses are left alone', () => {
  for (const more of [
    'per_device_train_batch_size: 2\ngradient_accumulation_steps: 1\n',
    'per_device_train_batch_size: 1\n',
    'gradient_accumulation_steps: 1\nENV: {NPROC_PER_NODE: 2}\n',
    'gradient_accumulation_steps: 1\nloss_type: apo_zero_unpaired\n',
  ])
    checkRule(ktoBatchSize, `rlhf_type: kto\n${more}`, undefined, RLHF);
});
