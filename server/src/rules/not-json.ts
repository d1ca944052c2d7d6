/** Texts that the argument classes read as JSON, and cannot. source: swift/utils/utils.py: json_parse_to_dict */
import { t } from '@vscode/l10n';
import type { Settings } from './settings.ts';
import { onValue, PLAIN_TASKS, settingsRule } from './settings-rule.ts';

/** Always read where they are given. */
const READ: readonly string[] = [
  'columns',
  'model_kwargs',
  'max_memory',
  'lr_scheduler_kwargs',
  'gradient_checkpointing_kwargs',
  'mrl_dims',
  'device_groups',
  'vllm_limit_mm_per_prompt',
  'vllm_speculative_config',
  'vllm_engine_kwargs',
  'custom_dataset_info',
];

/** source: swift/dataset/register.py: register_dataset_info */
const LIST_OF_FILES = 'custom_dataset_info';

/** Read only where the training evaluates with a benchmark, and always by the task eval. */
const READ_FOR_BENCHMARKS: readonly string[] = [
  'eval_dataset_args',
  'eval_generation_config',
  'extra_eval_args',
];

export const notJson = settingsRule({
  id: 'not-json',
  tasks: PLAIN_TASKS,
  *check(settings, context) {
    for (const key of keysRead(settings)) {
      const entry = settings.entry(key);
      if (!entry || entry.value.kind === 'mapping') continue;
      const isRefused = (text: string) =>
        isHopeless(text) && !context.files?.has(text) && !(text === '' && SKIPS_EMPTY.has(key));
      if (!settings.texts(key)?.some(isRefused)) continue;
      yield onValue(context, entry, {
        message:
          key === LIST_OF_FILES
            ? t('{0} takes paths of JSON files.', key)
            : t('{0} is a mapping, or a text of JSON: {1}.', key, '{"name": value}'),
        severity: 'error',
      });
    }
  },
});

/** Where an empty text counts as none. */
const SKIPS_EMPTY: ReadonlySet<string> = new Set(['lr_scheduler_kwargs', 'gradient_checkpointing_kwargs']);

function* keysRead(settings: Settings): Generator<string> {
  yield* READ;
  if (settings.task === 'eval' || settings.isOn('eval_use_evalscope')) yield* READ_FOR_BENCHMARKS;
}

/** What is no JSON, cannot be made JSON by repairing it, and does not look like a path. */
function isHopeless(text: string): boolean {
  return !/[{}[\]"'\\/]|\.[A-Za-z]\w*$/.test(text) && !isJson(text);
}

function isJson(text: string): boolean {
  // Python reads these words, too.
  if (/^\s*(?:NaN|-?Infinity)\s*$/.test(text)) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
