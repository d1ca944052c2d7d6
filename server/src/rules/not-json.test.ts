import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { notJson } from './not-json.ts';

test('a text that no repair makes JSON is found where the engine reads it', () => {
  for (const text of [
    'columns: abc # want "text of JSON"\n',
    'lr_scheduler_kwargs: min_lr=1e-6 # want "text of JSON"\n',
    'mrl_dims: 64,128 # want "text of JSON"\n',
    'gradient_checkpointing_kwargs: [null] # want "text of JSON"\n',
    'model_kwargs: null # want "text of JSON"\n',
    'custom_dataset_info: [a/b.json, mine] # want "paths of JSON files"\n',
    'eval_use_evalscope: true\neval_dataset_args: abc # want "text of JSON"\n',
  ]) {
    checkRule(notJson, text);
  }
  checkRule(notJson, 'vllm_engine_kwargs: abc # want "text of JSON"\n', undefined, { task: 'deploy' });
  checkRule(notJson, 'eval_generation_config: abc # want "text of JSON"\n', undefined, { task: 'eval' });
});

test('JSON, what can be repaired, paths, and what is not read are left alone', () => {
  for (const text of [
    `columns: '{"a": "b"}'\n`,
    `columns: '{"a": "b"'\n`,
    'columns: {a: b}\n',
    'columns: columns.json\n',
    'columns: a/b\n',
    'lr_scheduler_kwargs: ""\n',
    'max_memory: 2\n',
    'eval_dataset_args: abc\n',
    'device_map: auto\n',
    'custom_dataset_info: data/mine.json\n',
  ]) {
    checkRule(notJson, text);
  }
});
