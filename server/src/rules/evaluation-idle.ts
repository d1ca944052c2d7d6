/** Settings of evaluations where there is none: the engine turns it off without a word. source: swift/arguments/sft_args.py: __post_init__ */
import { t } from '@vscode/l10n';
import { evaluationOf } from './evaluation.ts';
import { isAbove, isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { PLAIN_TRAINING_TASKS, settingsRule } from './settings-rule.ts';

const hasNoData = (settings: Settings): boolean => evaluationOf(settings)?.hasData === false;

const ROWS: readonly Refusal[] = [
  {
    at: ['eval_strategy'],
    when: (settings) => isOneOf(settings, 'eval_strategy', 'steps', 'epoch') && hasNoData(settings),
    message: () => t('There is nothing to evaluate on. Name a val_dataset, or set split_dataset_ratio.'),
    severity: 'warning',
    fixes: [['split_dataset_ratio', 0.01], 'eval_strategy'],
  },
  {
    at: ['metric_for_best_model'],
    when: (settings) =>
      settings.isWritten('metric_for_best_model') && evaluationOf(settings)?.strategy === 'no',
    message: () => t('Without evaluations there is no best model: metric_for_best_model has no effect.'),
    severity: 'warning',
    fixes: ['metric_for_best_model'],
  },
  {
    at: ['split_dataset_ratio'],
    when: (settings) =>
      isAbove(settings, 'split_dataset_ratio', 0) &&
      evaluationOf(settings)?.asked === 'no' &&
      settings.isNone('val_dataset'),
    message: () => t('Nothing evaluates, so nothing is split off: split_dataset_ratio has no effect.'),
    severity: 'warning',
    fixes: ['split_dataset_ratio', ['eval_strategy', 'steps']],
  },
  // source: swift/pipelines/train/sft.py: _handle_trainer_state
  {
    at: ['create_checkpoint_symlink'],
    when: (settings) =>
      settings.isOn('create_checkpoint_symlink') && evaluationOf(settings)?.strategy === 'no',
    message: () =>
      t('Without evaluations there is no best checkpoint to link to, and the training fails at its end.'),
    severity: 'warning',
    fixes: [
      ['create_checkpoint_symlink', false],
      ['split_dataset_ratio', 0.01],
    ],
  },
];

export const evaluationIdle = settingsRule({
  id: 'evaluation-idle',
  tasks: PLAIN_TRAINING_TASKS,
  check: (settings, context) => refusals(ROWS, settings, context),
});
