/** Decides, cheaply and without the engine's schema, whether a YAML or JSON file is a config and for which task. */
import { TASKS, TASKS_KNOWN_BY_NAME, type Task } from './task.ts';

/** What a file is to us: a config of a task, a pipeline, a list of targets, or none of our business. */
export type Recognition =
  | { readonly kind: 'config'; readonly task: Task }
  | { readonly kind: 'pipeline' }
  | { readonly kind: 'targets' }
  | { readonly kind: 'none' };

const NONE: Recognition = { kind: 'none' };

/** How many characters of a file are looked at; configs say what they are early. */
export const RECOGNITION_WINDOW_CHARACTERS = 16_384;

const DECLARATION = /^\uFEFF?\s*(?:#|\/\/)\s*tunewright:\s*([a-z-]+)\s*$/;
const TASK_SUFFIX = /\.([a-z-]+)\.(?:ya?ml|json)$/i;
const TOP_LEVEL_KEY = /^(?:["']?)([A-Za-z_][\w.-]*)(?:["']?)\s*:(?:\s|$)/gm;
const JSON_KEY = /"([A-Za-z_][\w.-]*)"\s*:/g;

/** Top-level keys of formats that share our file names: Kubernetes, Azure Pipelines, Compose, GitHub Actions. */
const FOREIGN_KEYS: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'services',
  'jobs',
  'pool',
  'trigger',
  'on',
  'resources',
  'extends',
  '$schema',
]);

/** Keys that most configs of a task carry and that few other formats know. */
const TELLING_KEYS: Readonly<Record<Task, readonly string[]>> = {
  pt: ['model', 'dataset', 'tuner_type', 'per_device_train_batch_size', 'learning_rate'],
  sft: [
    'model',
    'dataset',
    'tuner_type',
    'per_device_train_batch_size',
    'learning_rate',
    'num_train_epochs',
    'max_steps',
    'lora_rank',
    'gradient_accumulation_steps',
  ],
  rlhf: ['rlhf_type', 'model', 'dataset', 'tuner_type', 'learning_rate', 'reward_funcs', 'beta'],
  infer: ['model', 'adapters', 'val_dataset', 'infer_backend', 'max_new_tokens', 'result_path'],
  eval: ['model', 'adapters', 'eval_dataset', 'eval_backend', 'eval_limit', 'eval_url'],
  export: ['model', 'adapters', 'merge_lora', 'quant_method', 'quant_bits', 'to_ollama'],
  deploy: ['model', 'adapters', 'infer_backend', 'served_model_name', 'api_key', 'port'],
  rollout: ['model', 'adapters', 'vllm_tensor_parallel_size', 'vllm_data_parallel_size', 'port'],
  sample: ['model', 'adapters', 'sampler_type', 'sampler_engine', 'num_return_sequences', 'dataset'],
  app: ['model', 'adapters', 'infer_backend', 'server_port', 'base_url', 'studio_title'],
  'merge-lora': ['model', 'adapters', 'merge_lora', 'output_dir'],
  'megatron-pt': ['model', 'dataset', 'micro_batch_size', 'train_iters'],
  'megatron-sft': ['model', 'dataset', 'micro_batch_size', 'train_iters'],
  'megatron-rlhf': ['rlhf_type', 'model', 'dataset', 'micro_batch_size'],
  'megatron-export': ['model', 'adapters', 'to_mcore', 'to_hf'],
  download: ['model', 'dataset', 'use_hf', 'revision'],
};

const TELLING_KEYS_NEEDED = 2;

function asTask(word: string): Task | undefined {
  return TASKS.find((task) => task === word);
}

function topLevelKeys(text: string): Set<string> {
  const pattern = text.trimStart().startsWith('{') ? JSON_KEY : TOP_LEVEL_KEY;
  return new Set(Array.from(text.matchAll(pattern), (match) => match[1] as string));
}

function tellingKeys(task: Task, keys: ReadonlySet<string>): number {
  return TELLING_KEYS[task].filter((key) => keys.has(key)).length;
}

function recogniseKeys(candidate: Task | undefined, keys: ReadonlySet<string>): Recognition {
  for (const key of keys) if (FOREIGN_KEYS.has(key)) return NONE;
  if (candidate) {
    return tellingKeys(candidate, keys) >= TELLING_KEYS_NEEDED ? { kind: 'config', task: candidate } : NONE;
  }
  if (keys.has('rlhf_type') && keys.has('model')) return { kind: 'config', task: 'rlhf' };
  // Without a name to go by, only the unmistakable training keys count: a false claim colours someone else's file.
  const isTraining = keys.has('model') && keys.has('dataset') && tellingKeys('sft', keys) >= 4;
  return isTraining ? { kind: 'config', task: 'sft' } : NONE;
}

/**
 * What a file is, by its declaration (`# tunewright: <task>` in the first line), its name, or its keys, in this order.
 *
 * `path` may use either slash. `text` is the file's beginning; more than
 * {@link RECOGNITION_WINDOW_CHARACTERS} of it is not looked at.
 */
export function recognise(path: string, text: string): Recognition {
  const beginning = text.slice(0, RECOGNITION_WINDOW_CHARACTERS);
  const declared = DECLARATION.exec(beginning.split(/\r?\n/, 1)[0] ?? '')?.[1];
  if (declared === 'pipeline' || declared === 'targets') return { kind: declared };
  const declaredTask = declared === undefined ? undefined : asTask(declared);
  if (declaredTask) return { kind: 'config', task: declaredTask };

  const name = path.split(/[\\/]/).at(-1) ?? '';
  // The workspace's file lies in `.tunewright`, the user's in `~/.config/tunewright`.
  const inTunewrightFolder = /[\\/](?:\.tunewright|\.config[\\/]tunewright)[\\/]targets\.ya?ml$/.test(path);
  if (inTunewrightFolder) return { kind: 'targets' };

  const suffix = TASK_SUFFIX.exec(name)?.[1];
  const keys = topLevelKeys(beginning);
  if (suffix === 'pipeline') {
    const isForeign = [...keys].some((key) => FOREIGN_KEYS.has(key));
    return keys.has('stages') && !isForeign ? { kind: 'pipeline' } : NONE;
  }
  const named = suffix === undefined ? undefined : asTask(suffix);
  if (named && TASKS_KNOWN_BY_NAME.includes(named) && /\.ya?ml$/i.test(name)) {
    return { kind: 'config', task: named };
  }
  return recogniseKeys(named, keys);
}
