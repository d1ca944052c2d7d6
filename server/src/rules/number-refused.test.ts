import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { numberRefused } from './number-refused.ts';

test('numbers that the arguments refuse are found', () => {
  for (const text of [
    'warmup_ratio: 1.0 # want "below 1"\n',
    'warmup_ratio: -0.1 # want "below 0"\n',
    'warmup_steps: -5 # want "below 0"\n',
    'logging_steps: 0 # want "cannot be 0"\n',
    'save_steps: 10.5 # want "whole number"\n',
    'eval_steps: 10.5 # want "whole number"\nval_dataset: a\n',
    'torch_empty_cache_steps: 0 # want "1 or more"\n',
    'per_device_train_batch_size: 0 # want "1 or more"\n',
  ]) {
    checkRule(numberRefused, text);
  }
});

test('what the engine takes, or does not look at, is left alone', () => {
  for (const text of [
    'warmup_ratio: 0.99\nwarmup_steps: 0\n',
    'logging_steps: 0\nlogging_strategy: epoch\n',
    'save_steps: 0.1\n',
    'save_steps: 10.5\nsave_strategy: epoch\n',
    'eval_steps: 10.5\n',
    'eval_steps: 10.5\nval_dataset: a\neval_strategy: epoch\n',
    'per_device_train_batch_size: 0\ngradient_accumulation_steps: 4\n',
  ]) {
    checkRule(numberRefused, text);
  }
});
