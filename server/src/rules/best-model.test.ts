import { test } from 'vitest';
import { bestModel } from './best-model.ts';
import { checkRule } from './check-rule.ts';

test('the best model is only known where there is an evaluation', () => {
  checkRule(bestModel, 'load_best_model_at_end: true # want "no data for one"\n');
  checkRule(bestModel, 'load_best_model_at_end: true # want "no data for one"\neval_strategy: steps\n');
  checkRule(bestModel, 'save_strategy: best # want "none is saved"\n');
});

test('evaluations and checkpoints have to come together', () => {
  checkRule(
    bestModel,
    'val_dataset: a\nload_best_model_at_end: true\neval_strategy: epoch # want "epoch and save_strategy steps" fix="eval_strategy: steps"\n',
    'val_dataset: a\nload_best_model_at_end: true\neval_strategy: steps\n',
  );
  checkRule(
    bestModel,
    'val_dataset: a\nload_best_model_at_end: true\nsave_steps: 100 # want "no multiple of eval_steps 30" fix="eval_steps: 100"\neval_steps: 30\n',
    'val_dataset: a\nload_best_model_at_end: true\nsave_steps: 100\neval_steps: 100\n',
  );
  checkRule(
    bestModel,
    'val_dataset: a\nload_best_model_at_end: true\nsave_steps: 0.2 # want "multiple"\neval_steps: 10\n',
  );
});

test('saving the best needs a time to evaluate of its own', () => {
  checkRule(
    bestModel,
    'val_dataset: a\nsave_strategy: best # want "Set eval_strategy" fix="eval_strategy: epoch"\n',
    'val_dataset: a\neval_strategy: epoch\nsave_strategy: best\n',
  );
});

test('what fits, or is not known, is left alone', () => {
  for (const text of [
    'load_best_model_at_end: true\nval_dataset: a\n',
    'load_best_model_at_end: true\ndataset: a\nsplit_dataset_ratio: 0.1\nsave_steps: 100\neval_steps: 50\n',
    'load_best_model_at_end: true\nval_dataset: a\nsave_steps: 0.4\neval_steps: 0.2\n',
    'load_best_model_at_end: true\nval_dataset: a\nsave_strategy: best\neval_strategy: epoch\n',
    "load_best_model_at_end: true\nsave_strategy: 'no'\n",
    'load_best_model_at_end: false\n',
    'load_best_model_at_end: true\nload_args: true\nload_data_args: true\n',
  ]) {
    checkRule(bestModel, text);
  }
});
