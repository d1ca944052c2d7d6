import { expect, test } from 'vitest';
import { applyFixes, checkRule, contextOf } from './check-rule.ts';
import { KEY_RENAMES } from './renames.ts';
import { unknownKey } from './unknown-key.ts';

test('a misspelled key names the key that was meant', () => {
  checkRule(
    unknownKey,
    `
model: Qwen/Qwen2.5-7B-Instruct
lerning_rate: 1e-4  # want "Did you mean learning_rate?" fix="Change to learning_rate"
lora_rnak: 8        # want "Did you mean lora_rank?" fix="Change to lora_rank"
`,
    `
model: Qwen/Qwen2.5-7B-Instruct
learning_rate: 1e-4
lora_rank: 8
`,
  );
});

test.each([
  ['modle', 'model'],
  ['learningRate', 'learning_rate'],
  ['grad_accum', 'gradient_accumulation_steps'],
  ['grad_accumulation_steps', 'gradient_accumulation_steps'],
  ['log_steps', 'logging_steps'],
  ['save_limit', 'save_total_limit'],
  ['out_dir', 'output_dir'],
  ['rank', 'lora_rank'],
  ['random_seed', 'seed'],
  ['chat_template', 'template'],
  ['load_in_4bit', 'quant_bits'],
])('%s means %s', (written, meant) => {
  checkRule(
    unknownKey,
    `${written}: x # want "Did you mean ${meant}?" fix="Change to ${meant}"`,
    `${meant}: x`,
  );
});

test.each([
  ['epslon', 'epsilon', 'rlhf'],
  ['templaet', 'template', 'sft'],
  ['streamig', 'streaming', 'sft'],
  ['optimier', 'optimizer', 'sft'],
  ['savesteps', 'save_steps', 'sft'],
  ['pf16', 'fp16', 'sft'],
  ['sglang_pt_size', 'sglang_tp_size', 'deploy'],
  ['adaptes', 'adapters', 'infer'],
] as const)('one slip of the fingers, %s, means %s before any other name', (written, meant, task) => {
  checkRule(
    unknownKey,
    `${written}: x # want "Did you mean ${meant}?" fix="Change to ${meant}"`,
    `${meant}: x`,
    { task },
  );
});

test('a key of an earlier version, even misspelled, leads to its successor', () => {
  checkRule(
    unknownKey,
    `
train_type: lora        # want "Did you mean tuner_type?" fix="Change to tuner_type"
`,
    `
tuner_type: lora
`,
  );
  checkRule(unknownKey, 'trian_type: full # want "Did you mean tuner_type?" fix="Change to tuner_type"');
  checkRule(unknownKey, 'lr: 1e-4 # want "Did you mean learning_rate?" fix="Change to learning_rate"');
});

test('Megatron has names of its own', () => {
  const options = { task: 'megatron-sft' } as const;
  checkRule(
    unknownKey,
    'learning_rate: 1e-4 # want "Did you mean lr?" fix="Change to lr"',
    undefined,
    options,
  );
  checkRule(unknownKey, 'global_batch_size: 16\nmicro_batch_size: 1\nlr: 1e-4\n', undefined, options);
});

test("the names of Megatron's own command lead to the engine's", () => {
  const options = { task: 'megatron-sft' } as const;
  for (const [before, after] of [
    ['save', 'output_dir'],
    ['load', 'mcore_model'],
    ['save_interval', 'save_steps'],
    ['eval_interval', 'eval_steps'],
    ['num_workers', 'dataloader_num_workers'],
  ]) {
    checkRule(unknownKey, `${before}: 1 # want "Did you mean" fix="Change to ${after}"`, undefined, options);
  }
});

test.each([
  ['{"model": "m", "foo_bar": 1}', '{"model": "m"}'],
  ['{"foo_bar": 1, "model": "m"}', '{"model": "m"}'],
  ['{\n  "model": "m",\n  "foo_bar": [1]\n}', '{\n  "model": "m"\n}'],
  ['{"foo_bar": 1}', '{}'],
])('a key is taken out of JSON with its comma: %s', (text, fixed) => {
  const [finding] = unknownKey.check(contextOf(text, { format: 'json' }));
  const removal = finding?.fixes?.find((fix) => fix.title === 'Remove foo_bar');
  expect(removal && applyFixes(text, [removal])).toBe(fixed);
});

test('a name that the parser bends into another is a warning', () => {
  checkRule(
    unknownKey,
    `
learning_ra: 1e-4  # want "The engine takes learning_ra for learning_rate" fix="Change to learning_rate"
max-length: 2048   # want "takes max-length for max_length" fix="Change to max_length"
`,
    `
learning_rate: 1e-4
max_length: 2048
`,
  );
  const [finding] = unknownKey.check(contextOf('learning_ra: 1\n'));
  expect(finding?.severity).toBe('warning');
});

test('a key of another task says whose it is', () => {
  checkRule(
    unknownKey,
    `
model: a/b
rlhf_type: dpo # want "it belongs to rlhf" fix="Remove rlhf_type"
`,
    `
model: a/b
`,
  );
  checkRule(unknownKey, 'check_model: false # want "is no argument of infer"', undefined, { task: 'infer' });
});

test('a key without a like is an error, and only a warning where the engine was told to ignore it', () => {
  checkRule(
    unknownKey,
    'qqqqwwww: 1 # want "the engine refuses what it does not know" fix="Remove qqqqwwww"',
  );
  const [finding] = unknownKey.check(contextOf('qqqqwwww: 1\nignore_args_error: true\n'));
  expect(finding?.severity).toBe('warning');
});

test('a negated flag becomes its value', () => {
  const json = contextOf('{"no_add_version": true}', { format: 'json' });
  const [ofJson] = unknownKey.check(json);
  expect(applyFixes(json.document.text, ofJson?.fixes?.slice(0, 1) ?? [])).toBe('{"add_version": false}');
  const [withoutValue] = unknownKey.check(contextOf('no_add_version: []\n'));
  expect([withoutValue?.severity, withoutValue?.fixes?.[0]?.title]).toEqual([
    'warning',
    'Change to add_version: false',
  ]);
  checkRule(
    unknownKey,
    `
no_add_version: true # want "" fix="Change to add_version: false"
`,
    `
add_version: false
`,
  );
});

test('our own keys, ENV and their inner keys are known', () => {
  checkRule(
    unknownKey,
    `
parallel_strategy: zero2
global_batch_size: 16
ENV:
  NPROC_PER_NODE: 2
tunewright:
  name: first
  tag: [a]       # want "tag is no key of tunewright. Did you mean tags?" fix="Change to tags"
  health:
    stall_minute: 5 # want "Did you mean stall_minutes?" fix="Change to stall_minutes"
`,
    `
parallel_strategy: zero2
global_batch_size: 16
ENV:
  NPROC_PER_NODE: 2
tunewright:
  name: first
  tags: [a]
  health:
    stall_minutes: 5
`,
  );
});

test('a key that came in by a merge is judged where it was written', () => {
  checkRule(
    unknownKey,
    `
<<: {lerning_rate: 1} # want "Did you mean learning_rate?"
`,
  );
});

test('targets.yaml has keys of its own', () => {
  checkRule(
    unknownKey,
    `
default: here
descripton: x   # want "descripton is not known here" fix="Remove descripton"
targets:
  here:
    executer: local # want "executer is no key of here. Did you mean executor?" fix="Change to executor"
    resources:
      gpus: 2 # want "gpus is no key of resources"
`,
    undefined,
    { task: 'targets' },
  );
});

test.each([
  ['eval', 'datasets', 'eval_dataset'],
  ['eval', 'limit', 'eval_limit'],
  ['eval', 'output_dir', 'eval_output_dir'],
  ['export', 'format', 'quant_method'],
  ['export', 'bits', 'quant_bits'],
  ['infer', 'output_dir', 'result_path'],
  ['infer', 'batch_size', 'max_batch_size'],
  ['deploy', 'backend', 'infer_backend'],
  ['deploy', 'model_id', 'model'],
  ['deploy', 'use_async_engine', 'vllm_use_async_engine'],
  ['rollout', 'data_parallel_size', 'vllm_data_parallel_size'],
  ['rlhf', 'max_prompt_length', 'max_length'],
  ['sft', 'datasets', 'dataset'],
  ['sft', 'enable_liger_kernel', 'use_liger_kernel'],
  ['sft', 'val_set_size', 'split_dataset_ratio'],
] as const)('in %s %s means %s', (task, written, meant) => {
  const wanted = `${written}: x # want "Did you mean ${meant}?" fix="Change to ${meant}"`;
  checkRule(unknownKey, wanted, `${meant}: x`, { task });
});

test('a flag of another trainer becomes the value that it stands for', () => {
  checkRule(
    unknownKey,
    'load_in_4bit: true # want "quant_bits" fix="Change to quant_bits: 4, quant_method: bnb"\n',
    'quant_bits: 4\nquant_method: bnb\n',
  );
  checkRule(
    unknownKey,
    'quant_method: hqq\nload_in_8bit: true # want "quant_bits" fix="quant_bits: 8"\n',
    'quant_method: hqq\nquant_bits: 8\n',
  );
  checkRule(unknownKey, 'use_lora: yes # want "tuner_type" fix="lora"\n', 'tuner_type: lora\n');
  checkRule(unknownKey, 'flash_attn: true # want "attn_impl" fix="flash_attn"', 'attn_impl: flash_attn');
});

test('a key of another task is not taken for a misspelling', () => {
  checkRule(unknownKey, 'quant_n_samples: 8 # want "belongs to export" fix="Remove"\n', '');
  checkRule(unknownKey, 'num_generations: 8 # want "belongs to rlhf" fix="Remove"\n', '');
  const deploy = { task: 'deploy' } as const;
  checkRule(unknownKey, 'lora_rank: 8 # want "belongs to pt, sft" fix="Remove"\n', '', deploy);
});

test('a key that is already there is not offered again', () => {
  const [finding] = unknownKey.check(contextOf('learning_rate: 1\nlerning_rate: 2\n'));
  expect(finding?.fixes?.map((fix) => fix.title)).toEqual(['Remove lerning_rate']);
});

test('every successor is a key of some task that lacks the old name', () => {
  const { lookup } = contextOf('');
  for (const [before, successor] of KEY_RENAMES) {
    const tasks = lookup.tasksWith(successor);
    expect({ successor, tasks: tasks.length > 0 }).toEqual({ successor, tasks: true });
    const isEverMissed = tasks.some((task) => !lookup.tasksWith(before).includes(task));
    expect({ before, isEverMissed }).toEqual({ before, isEverMissed: true });
  }
});

test('thousands of unknown keys are judged quickly', () => {
  const text = Array.from({ length: 10_000 }, (_, index) => `no_such_key_${index}: 1`).join('\n');
  const context = contextOf(text);
  const startMs = performance.now();
  expect([...unknownKey.check(context)].length).toBe(10_000);
  expect(performance.now() - startMs).toBeLessThan(20_000);
}, 60_000);
