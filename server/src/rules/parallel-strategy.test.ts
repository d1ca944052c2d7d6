import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { parallelStrategy } from './parallel-strategy.ts';

test('a strategy and the keys of the engine that do the same are not together', () => {
  checkRule(
    parallelStrategy,
    'parallel_strategy: zero2\ndeepspeed: zero3 # want "both set" fix="Remove deepspeed"\n',
    'parallel_strategy: zero2\n',
  );
  checkRule(parallelStrategy, 'parallel_strategy: ddp\nfsdp: fsdp2 # want "both set"\n');
  checkRule(
    parallelStrategy,
    'parallel_strategy: fsdp2\nsave_only_model: true # want "each device its part"\n',
  );
});

test('a strategy has a task that it fits', () => {
  const wants: readonly [string, 'sft' | 'export' | 'megatron-sft' | 'infer'][] = [
    ['parallel_strategy: megatron # want "needs a Megatron task" fix="Remove"\n', 'sft'],
    ['parallel_strategy: ddp # want "does not fit"\n', 'export'],
    ['parallel_strategy: zero2 # want "does not fit"\n', 'megatron-sft'],
    ['parallel_strategy: zero2 # want "does not fit"\n', 'infer'],
    ['global_batch_size: 16 # want "no meaning"\n', 'infer'],
  ];
  for (const [text, task] of wants) checkRule(parallelStrategy, text, undefined, { task });
});

test('what the config says twice agrees', () => {
  for (const text of [
    'parallel_strategy: single # want "asks for 2"\ntunewright: {devices: 2}\n',
    'parallel_strategy: ddp # want "NPROC_PER_NODE asks for 4"\ntunewright: {devices: 2}\nENV: {NPROC_PER_NODE: 4}\n',
    'parallel_strategy: single # want "NPROC_PER_NODE asks for 2"\nENV: {NPROC_PER_NODE: 2}\n',
    'global_batch_size: 16 # want "Remove one of them"\ngradient_accumulation_steps: 4\n',
  ]) {
    checkRule(parallelStrategy, text);
  }
});

test('what fits is left alone', () => {
  for (const text of [
    'parallel_strategy: zero2\n',
    "parallel_strategy: zero2\ndeepspeed: ''\n",
    'parallel_strategy: ddp\ntunewright: {devices: 2}\nENV: {NPROC_PER_NODE: 2}\n',
    'global_batch_size: 16\n',
    'deepspeed: zero2\n',
  ]) {
    checkRule(parallelStrategy, text);
  }
  checkRule(parallelStrategy, 'parallel_strategy: ddp\n', undefined, { task: 'infer' });
  checkRule(parallelStrategy, 'parallel_strategy: megatron\nglobal_batch_size: 16\n', undefined, {
    task: 'megatron-sft',
  });
});
