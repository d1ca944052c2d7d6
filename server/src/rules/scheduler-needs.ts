/** Schedules and optimizers that need more than their name. source: transformers/training_args.py, optimization.py, trainer_optimizer.py */
import { t } from '@vscode/l10n';
import { evaluationOf } from './evaluation.ts';
import { isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { PLAIN_TRAINING_TASKS, settingsRule } from './settings-rule.ts';

const ROWS: readonly Refusal[] = [
  {
    at: ['lr_scheduler_type'],
    when: (settings) =>
      isOneOf(settings, 'lr_scheduler_type', 'reduce_lr_on_plateau', 'greedy') &&
      evaluationOf(settings)?.strategy === 'no',
    message: (settings) =>
      t(
        '{0} goes by the results of evaluations, and there are none. Name a val_dataset or set split_dataset_ratio.',
        String(settings.text('lr_scheduler_type')),
      ),
    fixes: [['lr_scheduler_type', 'cosine']],
  },
  {
    at: ['lr_scheduler_type'],
    when: (settings) =>
      isOneOf(settings, 'lr_scheduler_type', 'cosine_with_min_lr', 'cosine_warmup_with_min_lr') &&
      lacksKeywords(settings, /min_lr/),
    message: (settings) =>
      t(
        '{0} needs to know where to end. Set lr_scheduler_kwargs, such as min_lr_rate: 0.1 in it.',
        String(settings.text('lr_scheduler_type')),
      ),
    severity: 'warning',
    fixes: [
      ['lr_scheduler_kwargs', '{"min_lr_rate": 0.1}'],
      ['lr_scheduler_type', 'cosine'],
    ],
  },
  {
    at: ['lr_scheduler_type'],
    when: (settings) =>
      isOneOf(settings, 'lr_scheduler_type', 'warmup_stable_decay') &&
      lacksKeywords(settings, /num_decay_steps/),
    message: () =>
      t('warmup_stable_decay needs the length of its decay. Set num_decay_steps in lr_scheduler_kwargs.'),
    severity: 'warning',
    fixes: [['lr_scheduler_kwargs', '{"num_decay_steps": 100}']],
  },
  {
    at: ['optim'],
    when: (settings) =>
      /^(?:galore|apollo)_/.test(settings.text('optim') ?? '') && settings.isNone('optim_target_modules'),
    message: (settings) =>
      t(
        '{0} needs to know which weights it is for. Set optim_target_modules, such as all-linear.',
        String(settings.text('optim')),
      ),
    severity: 'warning',
    fixes: [['optim_target_modules', 'all-linear']],
  },
];

function lacksKeywords(settings: Settings, wanted: RegExp): boolean {
  const entry = settings.entry('lr_scheduler_kwargs');
  if (!entry) return settings.isNone('lr_scheduler_kwargs');
  if (entry.value.kind === 'mapping') return !entry.value.entries.some(({ name }) => wanted.test(name));
  const text = settings.text('lr_scheduler_kwargs');
  return typeof text === 'string' && text.trimStart().startsWith('{') && !wanted.test(text);
}

export const schedulerNeeds = settingsRule({
  id: 'scheduler-needs',
  tasks: PLAIN_TRAINING_TASKS,
  check: (settings, context) => refusals(ROWS, settings, context),
});
