/** How a reinforcement learner gets its answers: with vLLM in its own processes, from a server, or without. source: swift/arguments/rlhf_args.py: _init_rollout */
import { t } from '@vscode/l10n';
import { isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { settingsRule } from './settings-rule.ts';

function isServerNamed(settings: Settings): boolean {
  return settings.isGiven('vllm_server_host') || settings.isGiven('vllm_server_base_url');
}

function lacksMode(settings: Settings): boolean {
  return settings.isOn('use_vllm') && settings.isNone('vllm_mode');
}

const ROWS: readonly Refusal[] = [
  {
    at: ['vllm_mode'],
    when: (settings) => settings.isOff('use_vllm') && settings.isGiven('vllm_mode'),
    message: () => t('vllm_mode needs use_vllm: true.'),
    fixes: [['use_vllm', true], 'vllm_mode'],
  },
  {
    at: ['use_vllm'],
    when: (settings) => lacksMode(settings) && isServerNamed(settings),
    message: () => t('use_vllm needs a vllm_mode: server, since a server is named, or colocate.'),
    fixes: [
      ['vllm_mode', 'server'],
      ['vllm_mode', 'colocate'],
    ],
  },
  {
    at: ['use_vllm'],
    when: (settings) => lacksMode(settings) && !isServerNamed(settings),
    message: () =>
      t('use_vllm needs a vllm_mode: colocate for the devices that train, server for one of its own.'),
    fixes: [['vllm_mode', 'colocate']],
  },
  {
    at: ['vllm_mode'],
    when: (settings) =>
      settings.isOn('use_vllm') &&
      isOneOf(settings, 'vllm_mode', 'server') &&
      settings.isNone('vllm_server_host') &&
      settings.isNone('vllm_server_base_url'),
    message: () =>
      t(
        'vllm_mode: server needs the address of the rollout server. Set vllm_server_host or vllm_server_base_url.',
      ),
  },
  {
    at: ['async_generate'],
    when: (settings) =>
      settings.isOn('async_generate') &&
      isOneOf(settings, 'rlhf_type', 'grpo') &&
      (settings.isNone('vllm_mode') || isOneOf(settings, 'vllm_mode', 'colocate')),
    message: () => t('async_generate needs vllm_mode: server, and a rollout server that runs.'),
    fixes: [['async_generate', false]],
  },
  {
    at: ['async_generate'],
    when: (settings) =>
      settings.isOn('async_generate') &&
      isOneOf(settings, 'rlhf_type', 'grpo') &&
      settings.isGiven('multi_turn_scheduler'),
    message: () => t('async_generate does not go with multi_turn_scheduler.'),
    fixes: [['async_generate', false], 'multi_turn_scheduler'],
  },
];

export const vllmMode = settingsRule({
  id: 'vllm-mode',
  tasks: ['rlhf'],
  *check(settings, context) {
    if (isOneOf(settings, 'rlhf_type', 'grpo', 'gkd')) yield* refusals(ROWS, settings, context);
  },
});
