import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { unknownName } from './unknown-name.ts';

test('names that the argument classes look up are errors, with the likeliest name offered', () => {
  checkRule(
    unknownName,
    'model_type: qwenn2 # want "no model_type qwenn2" fix="qwen2"\n',
    'model_type: qwen2\n',
  );
  checkRule(unknownName, 'model_type: QWEN2 # want "no model_type"\n', undefined, { task: 'deploy' });
  checkRule(unknownName, 'template: qwen2_55 # want "no template" fix="qwen2_5"\n', 'template: qwen2_5\n');
  checkRule(unknownName, 'template: {name: qwen2_5} # want "no template"\n');
  checkRule(
    unknownName,
    'test_convert_dtype: FLOAT32 # want "no test_convert_dtype" fix="float32"\n',
    undefined,
    {
      task: 'export',
    },
  );
  checkRule(unknownName, 'lr_scheduler_type: cosinee # want "no lr_scheduler_type" fix="cosine"\n');
  checkRule(unknownName, 'eval_strategy: step # want "no eval_strategy" fix="steps"\nval_dataset: a\n');
  checkRule(
    unknownName,
    'test_convert_dtype: bf16 # want "no test_convert_dtype" fix="bfloat16"\n',
    undefined,
    {
      task: 'export',
    },
  );
});

test('names that the training looks up are warnings, one by one in a list', () => {
  for (const text of [
    'tuner_type: lorra # want "no tuner_type lorra" fix="lora"\n',
    'optimizer: muonn # want "no optimizer" fix="muon"\n',
    'eval_metric: accuracy # want "no eval_metric"\n',
    'loss_type: cross-entropy # want "no loss_type" fix="cross_entropy"\n',
    'report_to:\n  - tensorboard\n  - wandbb # want "no report_to wandbb" fix="wandb"\n',
    'callbacks: [lisa, early_stopp] # want "no callbacks early_stopp" fix="early_stop"\n',
    'attn_impl: flash_attn2 # want "no attn_impl" fix="flash_attn"\n',
    'loss_scale: default+hermess # want "no loss_scale"\n',
  ]) {
    checkRule(unknownName, text);
  }
});

test('names that are known, that plugins may add, or that nobody looks up are left alone', () => {
  for (const text of [
    'model_type: qwen2\ntemplate: qwen2_5\n',
    'tuner_type: mine\nexternal_plugins: mine.py\n',
    'loss_scale: last_round+hermes+ignore_empty_think\n',
    'attn_impl: kernels-community/flash-attn\n',
    'report_to: none\n',
  ]) {
    checkRule(unknownName, text);
  }
  checkRule(unknownName, 'model_type: mine\nsampler_engine: client\n', undefined, { task: 'sample' });
  checkRule(unknownName, 'template: mine\nbase_url: http://a/v1\n', undefined, { task: 'app' });
  checkRule(unknownName, 'tuner_type: mine\n', undefined, { task: 'infer' });
  checkRule(unknownName, 'test_convert_dtype: float64\n', undefined, { task: 'export' });
  checkRule(unknownName, 'loss_type: sigmoid\n', undefined, { task: 'rlhf' });
});

test('an empty name is told as what the engine makes of it', () => {
  checkRule(
    unknownName,
    `
model: a/b
tuner_type: # want "An empty tuner_type is the name None" fix="Remove tuner_type"
`,
    `
model: a/b
`,
  );
});
