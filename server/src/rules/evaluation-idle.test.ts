import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { evaluationIdle } from './evaluation-idle.ts';

test('evaluations that the engine drops without a word are told', () => {
  for (const text of [
    'eval_strategy: steps # want "nothing to evaluate on" fix="split_dataset_ratio"\n',
    'metric_for_best_model: loss # want "no best model" fix="Remove"\n',
    'split_dataset_ratio: 0.1 # want "nothing is split off"\ndataset: a\neval_strategy: \'no\'\n',
    'create_checkpoint_symlink: true # want "fails at its end" fix="false"\n',
  ]) {
    checkRule(evaluationIdle, text);
  }
});

test('with data to evaluate on, nothing is said', () => {
  for (const text of [
    'eval_strategy: steps\nval_dataset: a\n',
    'eval_strategy: steps\ndataset: a\nsplit_dataset_ratio: 0.1\n',
    'metric_for_best_model: loss\neval_dataset: gsm8k\n',
    'create_checkpoint_symlink: true\nval_dataset: a\n',
    "eval_strategy: 'no'\n",
  ]) {
    checkRule(evaluationIdle, text);
  }
});
