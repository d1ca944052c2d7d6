/** Numbers that the training arguments refuse. source: transformers/training_args.py: _validate_args, swift/trainers/arguments.py */
import { t } from '@vscode/l10n';
import { evaluationOf } from './evaluation.ts';
import { isAbove, isBelow, isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { PLAIN_TRAINING_TASKS, settingsRule } from './settings-rule.ts';

const ROWS: readonly Refusal[] = [
  {
    at: ['warmup_ratio'],
    when: (settings) => isAbove(settings, 'warmup_ratio', 0) && !isBelow(settings, 'warmup_ratio', 1),
    message: () =>
      t('warmup_ratio is a share of all steps, below 1. Write a number of steps as warmup_steps.'),
  },
  ...['warmup_ratio', 'warmup_steps'].map((name) => ({
    at: [name],
    when: (settings: Settings) => isBelow(settings, name, 0),
    message: () => t('{0} cannot be below 0.', name),
    fixes: [name],
  })),
  {
    at: ['logging_steps'],
    when: (settings) =>
      isOneOf(settings, 'logging_strategy', 'steps') && settings.number('logging_steps') === 0,
    message: () => t('logging_steps cannot be 0. Set logging_strategy to no where nothing is to be logged.'),
    fixes: [['logging_steps', 5]],
  },
  {
    at: ['save_steps'],
    when: (settings) =>
      isOneOf(settings, 'save_strategy', 'steps') && isBrokenAboveOne(settings, 'save_steps'),
    message: () => t('{0} is a whole number, or a share of all steps below 1.', 'save_steps'),
  },
  {
    at: ['eval_steps'],
    when: (settings) =>
      evaluationOf(settings)?.strategy === 'steps' && isBrokenAboveOne(settings, 'eval_steps'),
    message: () => t('{0} is a whole number, or a share of all steps below 1.', 'eval_steps'),
  },
  {
    at: ['torch_empty_cache_steps'],
    when: (settings) => isBelow(settings, 'torch_empty_cache_steps', 1),
    message: () => t('torch_empty_cache_steps is 1 or more. Remove it to leave the cache alone.'),
    fixes: ['torch_empty_cache_steps'],
  },
  {
    at: ['per_device_train_batch_size'],
    // The engine divides by it where it works out how often gradients are accumulated.
    when: (settings) =>
      settings.number('per_device_train_batch_size') === 0 &&
      settings.isNone('gradient_accumulation_steps') &&
      settings.text('rlhf_type') !== 'grpo',
    message: () => t('per_device_train_batch_size is 1 or more.'),
    fixes: [['per_device_train_batch_size', 1]],
  },
];

function isBrokenAboveOne(settings: Settings, name: string): boolean {
  const value = settings.number(name);
  return typeof value === 'number' && value > 1 && !Number.isInteger(value);
}

export const numberRefused = settingsRule({
  id: 'number-refused',
  tasks: PLAIN_TRAINING_TASKS,
  check: (settings, context) => refusals(ROWS, settings, context),
});
