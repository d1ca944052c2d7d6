/** What a rollout server cannot do. source: swift/arguments/deploy_args.py: RolloutArguments */
import { t } from '@vscode/l10n';
import { isAbove, type Refusal, refusals } from './refusals.ts';
import { settingsRule } from './settings-rule.ts';

const ROWS: readonly Refusal[] = [
  {
    at: ['vllm_pipeline_parallel_size'],
    when: (settings) => isAbove(settings, 'vllm_pipeline_parallel_size', 1),
    message: () =>
      t('A rollout server does not split a model into a pipeline. Use vllm_tensor_parallel_size.'),
    fixes: [['vllm_pipeline_parallel_size', 1], 'vllm_pipeline_parallel_size'],
  },
  {
    at: ['vllm_reasoning_parser'],
    when: (settings) => settings.isGiven('vllm_reasoning_parser'),
    message: () => t('A rollout server takes no vllm_reasoning_parser. Remove it.'),
    fixes: ['vllm_reasoning_parser'],
  },
  {
    at: ['vllm_use_async_engine'],
    when: (settings) =>
      settings.isFilled('multi_turn_scheduler') && settings.boolean('vllm_use_async_engine') === false,
    message: () => t('multi_turn_scheduler needs vllm_use_async_engine: true.'),
    fixes: [['vllm_use_async_engine', true], 'vllm_use_async_engine'],
  },
  {
    at: ['context_manager'],
    when: (settings) => settings.isGiven('context_manager'),
    message: () => t('context_manager is no more: a multi_turn_scheduler of your own does what it did.'),
    fixes: ['context_manager'],
  },
];

export const rolloutRefuses = settingsRule({
  id: 'rollout-refuses',
  tasks: ['rollout'],
  check: (settings, context) => refusals(ROWS, settings, context),
});
