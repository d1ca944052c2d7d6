// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config refers to the environment
import { test } from 'vitest';
import type { Task } from '../../../protocol/src/task.ts';
import { checkRule } from './check-rule.ts';
import { modelMissing } from './model-missing.ts';

test('every task needs a model, one that only asks another server too', () => {
  const tasks: readonly Task[] = ['sft', 'pt', 'rlhf', 'infer', 'export', 'merge-lora', 'deploy', 'sample'];
  for (const task of tasks) {
    checkRule(modelMissing, 'seed: 1 # want "model is missing"\n', undefined, { task });
  }
  checkRule(modelMissing, 'eval_url: http://a/v1 # want "model is missing"\n', undefined, { task: 'eval' });
  checkRule(modelMissing, 'base_url: http://a/v1 # want "model is missing"\n', undefined, { task: 'app' });
});

test('a training does not take the model from a checkpoint unless it is told to', () => {
  checkRule(modelMissing, 'adapters: a # want "does not take it from a checkpoint"\n');
  checkRule(modelMissing, 'resume_from_checkpoint: a # want "from a checkpoint"\ntuner_type: full\n');
  checkRule(modelMissing, 'resume_from_checkpoint: a # want "from a checkpoint"\nresume_only_model: true\n');
});

test('what names a model, or may, is left alone', () => {
  for (const text of [
    '',
    'model: a/b\n',
    'model: ${env:MODEL}\n',
    'adapters: a\nload_args: true\n',
    'resume_from_checkpoint: a\nresume_only_model: true\ntuner_type: full\n',
    // The finding on the key says it.
    'model_name_or_path: a/b\n',
    'modle: a/b\n',
  ]) {
    checkRule(modelMissing, text);
  }
  checkRule(modelMissing, 'modle: a/b # want "model is missing"\nignore_args_error: true\n');
  checkRule(modelMissing, 'adapters: a\n', undefined, { task: 'infer' });
  checkRule(modelMissing, 'mcore_model: a\nto_hf: true\n', undefined, { task: 'export' });
});
