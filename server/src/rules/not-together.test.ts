import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { notTogether } from './not-together.ts';

test('each pair that does not go is found on the key to change', () => {
  for (const text of [
    'packing: true\nlazy_tokenize: true # want "packing has to know"\n',
    'streaming: true\nlazy_tokenize: true # want "tokenized as they come"\n',
    'fp16: true # want "both on"\nbf16: true\n',
    'fp16_full_eval: true # want "both on"\nbf16_full_eval: true\n',
    'warmup_ratio: 0.1\nwarmup_steps: 10 # want "Keep one"\n',
    'fsdp: fsdp2 # want "Keep one"\ndeepspeed: zero2\n',
    'deepspeed: {a: 1}\nzero_hpz_partition_size: 2 # want "needs zero_optimization"\n',
    'fsdp: fsdp2\nsave_only_model: true # want "Set it to false"\n',
    'dataloader_num_workers: 0\ndataloader_prefetch_factor: 2 # want "nothing is loaded ahead"\n',
    'cached_dataset: a\nstreaming: true # want "do not stream"\n',
    'val_dataset: a\nsplit_dataset_ratio: 0.1 # want "no effect"\n',
    'streaming: true\nsplit_dataset_ratio: 0.1 # want "no effect"\n',
  ]) {
    checkRule(notTogether, text);
  }
});

test('exporting has pairs of its own', () => {
  for (const text of [
    'to_cached_dataset: true\npacking: true # want "Turn packing off"\n',
    'to_cached_dataset: true\nstreaming: true # want "Turn streaming off"\n',
    'to_hf: true\nmerge_lora: true # want "no effect"\n',
  ]) {
    checkRule(notTogether, text, undefined, { task: 'export' });
  }
});

test('the precision that torch_dtype turns on counts, except on a Mac', () => {
  const want = (message: string): string => (process.platform === 'darwin' ? '' : ` # want "${message}"`);
  checkRule(notTogether, `torch_dtype: float32\nbf16: true${want('turns fp16 on')}\n`);
  checkRule(notTogether, `torch_dtype: bfloat16\nfp16: true${want('turns bf16 on')}\n`);
});

test('one of a pair, or one that is off, is left alone', () => {
  for (const text of [
    'packing: true\nlazy_tokenize: false\n',
    'fp16: false\nbf16: true\ntorch_dtype: float32\n',
    'warmup_ratio: 0\nwarmup_steps: 10\n',
    'fsdp: fsdp2\n',
    'deepspeed: zero2\nzero_hpz_partition_size: 2\n',
    'deepspeed: {zero_optimization: {}}\nzero_hpz_partition_size: 2\n',
    'save_only_model: true\n',
    'dataloader_prefetch_factor: 2\n',
    'streaming: true\nsplit_dataset_ratio: 0\n',
  ]) {
    checkRule(notTogether, text);
  }
});

test('the fix turns the one off that stands in the way', () => {
  checkRule(
    notTogether,
    'packing: true\nlazy_tokenize: true # want "packing" fix="lazy_tokenize: false"\n',
    'packing: true\nlazy_tokenize: false\n',
  );
});
