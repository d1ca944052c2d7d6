import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { grpoBatchSize } from './grpo-batch-size.ts';

const RLHF = { task: 'rlhf' } as const;

test('what is generated at once has to come out even, whatever the number of processes', () => {
  checkRule(
    grpoBatchSize,
    'rlhf_type: grpo\nper_device_train_batch_size: 4\ngeneration_batch_size: 10 # want "no multiple of the rows of a step, 4" fix="generation_batch_size: 12"\nnum_generations: 2\n',
    'rlhf_type: grpo\nper_device_train_batch_size: 4\ngeneration_batch_size: 12\nnum_generations: 2\n',
    RLHF,
  );
  checkRule(
    grpoBatchSize,
    'rlhf_type: grpo\nper_device_train_batch_size: 4\ngeneration_batch_size: 16\nnum_generations: 6 # want "16 answers" fix="num_generations: 4"\n',
    undefined,
    RLHF,
  );
  checkRule(
    grpoBatchSize,
    'rlhf_type: gkd\nsteps_per_generation: 0 # want "above 0" fix="Remove"\n',
    undefined,
    RLHF,
  );
  checkRule(
    grpoBatchSize,
    'ENV: {NPROC_PER_NODE: 2}\nrlhf_type: grpo\nnum_generations: 2\ngeneration_batch_size: 8 # want "makes of it, 4" fix="Remove"\nsteps_per_generation: 2\n',
    undefined,
    RLHF,
  );
});

test('a number of steps and a size that differ are refused, where the processes may not make them agree', () => {
  const both = (more: string) =>
    `rlhf_type: grpo\nper_device_train_batch_size: 8\nsteps_per_generation: 2\n${more}`;
  checkRule(grpoBatchSize, both('generation_batch_size: 32 # want "makes of it, 16"\n'), undefined, RLHF);
  checkRule(grpoBatchSize, both('generation_batch_size: 32\nparallel_strategy: ddp\n'), undefined, RLHF);
  checkRule(grpoBatchSize, both('generation_batch_size: 32\nENV: {NPROC_PER_NODE: 2}\n'), undefined, RLHF);
});

test('where the file says nothing of processes there is one, and the message says how to have more', () => {
  checkRule(
    grpoBatchSize,
    'ENV:\n  NPROC_PER_NODE: 2\nrlhf_type: grpo\nper_device_train_batch_size: 3\nnum_generations: 4 # want "6 answers are generated" fix="num_generations: 3"\n',
    undefined,
    RLHF,
  );
  checkRule(
    grpoBatchSize,
    'rlhf_type: grpo\nper_device_train_batch_size: 2\nnum_generations: 8 # want "One process generates 2"\n',
    undefined,
    RLHF,
  );
  checkRule(
    grpoBatchSize,
    'ENV: {NPROC_PER_NODE: 1}\nrlhf_type: grpo\nval_dataset: v.jsonl\nper_device_train_batch_size: 8\nper_device_eval_batch_size: 4 # want "evaluation batch has 4" fix="num_generations_eval: 4"\n',
    undefined,
    RLHF,
  );
});

test('even batches, other methods and what is not known are left alone', () => {
  for (const text of [
    'rlhf_type: grpo\nper_device_train_batch_size: 8\n',
    'rlhf_type: grpo\nper_device_train_batch_size: 2\ngradient_accumulation_steps: 4\n',
    'rlhf_type: grpo\nper_device_train_batch_size: 2\ngeneration_batch_size: 16\n',
    'rlhf_type: grpo\nglobal_batch_size: 64\nnum_generations: 8\n',
    'rlhf_type: grpo\nparallel_strategy: ddp\nnum_generations: 8\n',
    'rlhf_type: dpo\nnum_generations: 3\n',
    `rlhf_type: grpo\nnum_generations: \${env:GROUP}\n`,
    'rlhf_type: grpo\nper_device_train_batch_size: 8\nper_device_eval_batch_size: 1\nval_dataset: a.jsonl\neval_strategy: "no"\n',
  ])
    checkRule(grpoBatchSize, text, undefined, RLHF);
});
