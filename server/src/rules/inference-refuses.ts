/** What the tasks that only run a model refuse. source: swift/arguments/infer_args.py, sampling_args.py */
import { t } from '@vscode/l10n';
import { isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { settingsRule } from './settings-rule.ts';

const ROWS: readonly Refusal[] = [
  {
    at: ['vllm_use_async_engine'],
    when: (settings) =>
      isOneOf(settings, 'infer_backend', 'vllm') &&
      isOneOf(settings, 'task_type', 'embedding', 'seq_cls', 'reranker', 'generative_reranker') &&
      settings.boolean('vllm_use_async_engine') === false,
    message: (settings) =>
      t('task_type {0} needs vllm_use_async_engine: true with vLLM.', String(settings.text('task_type'))),
    fixes: [['vllm_use_async_engine', true], 'vllm_use_async_engine'],
  },
  {
    at: ['output_file'],
    when: (settings) => settings.task === 'sample' && /[\\/]/.test(settings.text('output_file') ?? ''),
    message: () => t('output_file is a file name without a folder. Write the folder as output_dir.'),
  },
  {
    at: ['engine_kwargs'],
    when: (settings) => settings.task === 'sample' && isNoJson(settings, 'engine_kwargs'),
    message: () => t('engine_kwargs is read as JSON, and this is none.'),
  },
];

function isNoJson(settings: Settings, name: string): boolean {
  const text = settings.text(name);
  if (typeof text !== 'string' || settings.entry(name)?.value.kind !== 'scalar') return false;
  // Python's reader takes these words, and JavaScript's does not.
  if (/NaN|Infinity/.test(text)) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

export const inferenceRefuses = settingsRule({
  id: 'inference-refuses',
  tasks: ['infer', 'deploy', 'eval', 'rollout', 'app', 'sample'],
  check: (settings, context) => refusals(ROWS, settings, context),
});
