import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { trainingDataMissing } from './training-data-missing.ts';

test('a training needs data, and a validation set is none', () => {
  checkRule(trainingDataMissing, 'model: a/b # want "nothing to train on"\nval_dataset: c\n');
  checkRule(trainingDataMissing, 'model: a/b # want "nothing to train on"\n', undefined, { task: 'rlhf' });
  checkRule(
    trainingDataMissing,
    'model: a/b # want "nothing to train on"\nignore_args_error: true\ndatasets: c\n',
  );
});

test('data, cached data, and keys that were meant for them are left alone', () => {
  for (const key of ['dataset', 'cached_dataset', 'datasets', 'datase']) {
    checkRule(trainingDataMissing, `model: a/b\n${key}: c\n`);
  }
  checkRule(trainingDataMissing, 'model: a/b\nload_args: true\nload_data_args: true\n');
  checkRule(trainingDataMissing, 'model: a/b\n', undefined, { task: 'infer' });
});
