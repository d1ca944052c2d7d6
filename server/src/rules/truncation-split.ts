/** Only pre-training splits long rows. source: swift/pipelines/train/sft.py: _encode_dataset */
import { t } from '@vscode/l10n';
import { isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { PLAIN_TRAINING_TASKS, settingsRule } from './settings-rule.ts';

const splits = (settings: Settings): boolean => isOneOf(settings, 'truncation_strategy', 'split');

const ROWS: readonly Refusal[] = [
  {
    at: ['truncation_strategy'],
    // None is taken for true.
    when: (settings) =>
      splits(settings) && settings.task === 'sft' && settings.boolean('use_chat_template') === null,
    message: () => t('Only pre-training splits long rows. Use delete, left or right.'),
    severity: 'warning',
    fixes: [['truncation_strategy', 'delete']],
  },
  {
    at: ['use_chat_template'],
    when: (settings) => splits(settings) && settings.task !== 'rlhf' && settings.isOn('use_chat_template'),
    message: () =>
      t('Rows of a chat are not split. Set use_chat_template to false, or truncation_strategy to delete.'),
    severity: 'warning',
    fixes: [
      ['use_chat_template', false],
      ['truncation_strategy', 'delete'],
    ],
  },
  {
    at: ['truncation_strategy'],
    when: (settings) =>
      splits(settings) &&
      settings.task === 'rlhf' &&
      isOneOf(settings, 'rlhf_type', 'dpo', 'kto', 'cpo', 'orpo', 'simpo', 'rm'),
    message: () => t('Only pre-training splits long rows. Use delete, left or right.'),
    severity: 'warning',
    fixes: [['truncation_strategy', 'delete']],
  },
  {
    at: ['lazy_tokenize'],
    when: (settings) => splits(settings) && settings.isOn('lazy_tokenize'),
    message: () => t('Rows are split before the training, which lazy_tokenize puts off. Turn it off.'),
    severity: 'warning',
    fixes: [['lazy_tokenize', false]],
  },
  {
    at: ['task_type'],
    when: (settings) =>
      splits(settings) &&
      isOneOf(settings, 'task_type', 'seq_cls', 'embedding', 'reranker', 'generative_reranker', 'decision'),
    message: () => t('Only texts are split. Set truncation_strategy to delete, left or right.'),
    severity: 'warning',
    fixes: [['truncation_strategy', 'delete']],
  },
];

export const truncationSplit = settingsRule({
  id: 'truncation-split',
  tasks: PLAIN_TRAINING_TASKS,
  check: (settings, context) => refusals(ROWS, settings, context),
});
