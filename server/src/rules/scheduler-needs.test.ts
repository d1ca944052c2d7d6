import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { schedulerNeeds } from './scheduler-needs.ts';

test('a schedule or optimizer that needs more than its name says what', () => {
  for (const text of [
    'lr_scheduler_type: reduce_lr_on_plateau # want "there are none"\n',
    'lr_scheduler_type: greedy # want "there are none"\n',
    'lr_scheduler_type: cosine_with_min_lr # want "where to end" fix="lr_scheduler_kwargs"\n',
    `lr_scheduler_type: cosine_with_min_lr # want "where to end"\nlr_scheduler_kwargs: '{"a": 1}'\n`,
    'lr_scheduler_type: warmup_stable_decay # want "num_decay_steps"\nlr_scheduler_kwargs:\n  a: 1\n',
    'optim: galore_adamw # want "optim_target_modules" fix="all-linear"\n',
  ]) {
    checkRule(schedulerNeeds, text);
  }
});

test('what has all that it needs is left alone', () => {
  for (const text of [
    'lr_scheduler_type: reduce_lr_on_plateau\nval_dataset: a\n',
    `lr_scheduler_type: cosine_with_min_lr\nlr_scheduler_kwargs: '{"min_lr": 1e-6}'\n`,
    'lr_scheduler_type: warmup_stable_decay\nlr_scheduler_kwargs:\n  num_decay_steps: 10\n',
    'lr_scheduler_type: cosine_with_min_lr\nlr_scheduler_kwargs: kwargs.json\n',
    'optim: galore_adamw\noptim_target_modules: all-linear\n',
    'optim: adamw_torch\n',
  ]) {
    checkRule(schedulerNeeds, text);
  }
});
