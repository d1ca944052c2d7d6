/** What a name means in one task and not in others, and flags of other trainers that are a value here. */
import type { Task } from '../../../protocol/src/task.ts';
import { KEY_RENAMES } from './renames.ts';

const EVALUATION = {
  datasets: 'eval_dataset',
  benchmark: 'eval_dataset',
  benchmarks: 'eval_dataset',
  eval_datasets: 'eval_dataset',
  tasks: 'eval_dataset',
  limit: 'eval_limit',
  num_samples: 'eval_limit',
  dataset_args: 'eval_dataset_args',
  generation_config: 'eval_generation_config',
  backend: 'eval_backend',
  output_dir: 'eval_output_dir',
  work_dir: 'eval_output_dir',
  output_path: 'eval_output_dir',
  save_dir: 'eval_output_dir',
  api_url: 'eval_url',
  base_url: 'eval_url',
  url: 'eval_url',
  batch_size: 'eval_num_proc',
  eval_batch_size: 'eval_num_proc',
  num_proc: 'eval_num_proc',
  extra_args: 'extra_eval_args',
};

const SERVING = {
  backend: 'infer_backend',
  engine: 'infer_backend',
  served_name: 'served_model_name',
  model_alias: 'served_model_name',
  server_host: 'host',
  server_port: 'port',
  address: 'host',
  bind: 'host',
  key: 'api_key',
  token: 'api_key',
};

const INFERENCE = {
  datasets: 'val_dataset',
  data: 'val_dataset',
  eval_dataset: 'val_dataset',
  test_dataset: 'val_dataset',
  input_file: 'val_dataset',
  output_dir: 'result_path',
  output_file: 'result_path',
  output_path: 'result_path',
  save_dir: 'result_path',
  batch_size: 'max_batch_size',
  per_device_eval_batch_size: 'max_batch_size',
  max_tokens: 'max_new_tokens',
};

const EXPORT = {
  format: 'quant_method',
  quantization: 'quant_method',
  quantize: 'quant_method',
  quant: 'quant_method',
  method: 'quant_method',
  quant_type: 'quant_method',
  bits: 'quant_bits',
  quant_bit: 'quant_bits',
  w_bit: 'quant_bits',
  export_quantization_bit: 'quant_bits',
  calib_dataset: 'dataset',
  calibration_dataset: 'dataset',
  export_quantization_dataset: 'dataset',
  quant_seqlen: 'max_length',
  quant_output_dir: 'output_dir',
  q_group_size: 'group_size',
  merge_lora_and_save: 'merge_lora',
  export_size: 'max_shard_size',
  ollama: 'to_ollama',
  repo_id: 'hub_model_id',
  hub_repo: 'hub_model_id',
  private: 'hub_private_repo',
};

/** In a training the trainer evaluates on rows of data; `eval_dataset` names benchmarks. */
const TRAINING = { eval_file: 'val_dataset', eval_data: 'val_dataset', dev_file: 'val_dataset' };

const OF_TASK: Partial<Record<Task, Readonly<Record<string, string>>>> = {
  eval: { ...SERVING, ...EVALUATION },
  infer: { ...SERVING, ...INFERENCE },
  deploy: SERVING,
  rollout: SERVING,
  app: {
    ...SERVING,
    server_port: 'server_port',
    address: 'server_name',
    bind: 'server_name',
    api_url: 'base_url',
    title: 'studio_title',
  },
  export: EXPORT,
  'merge-lora': EXPORT,
  sample: {
    ...INFERENCE,
    datasets: 'dataset',
    data: 'dataset',
    output_path: 'output_dir',
    save_dir: 'output_dir',
    batch_size: 'num_sampling_batch_size',
    backend: 'sampler_engine',
    infer_backend: 'sampler_engine',
    n: 'num_return_sequences',
    num_generations: 'num_return_sequences',
  },
  sft: TRAINING,
  pt: TRAINING,
  rlhf: {
    ...TRAINING,
    rl: 'rlhf_type',
    stage: 'rlhf_type',
    algorithm: 'rlhf_type',
    max_prompt_length: 'max_length',
  },
};

/** What an old or foreign name probably means in a task, likeliest first; the task may lack some of them. */
export function successorsOf(name: string, task: Task | undefined): readonly string[] {
  const ofTask = task === undefined ? undefined : OF_TASK[task];
  const own = ofTask && Object.hasOwn(ofTask, name) ? ofTask[name] : undefined;
  return [own, KEY_RENAMES.get(name)].filter((successor) => successor !== undefined);
}

/** A setting that other trainers turn on by a flag. */
export interface FlagMeaning {
  readonly key: string;
  readonly value: string;
  /** What the engine wants to hear beside it. */
  readonly beside?: readonly [key: string, value: string];
}

/** Flags that stand for one value of another key when they are true. */
export const FLAG_MEANINGS: ReadonlyMap<string, FlagMeaning> = new Map(
  Object.entries<FlagMeaning>({
    use_lora: { key: 'tuner_type', value: 'lora' },
    use_peft: { key: 'tuner_type', value: 'lora' },
    full_finetune: { key: 'tuner_type', value: 'full' },
    full_finetuning: { key: 'tuner_type', value: 'full' },
    load_in_4bit: { key: 'quant_bits', value: '4', beside: ['quant_method', 'bnb'] },
    load_in_8bit: { key: 'quant_bits', value: '8', beside: ['quant_method', 'bnb'] },
    use_flash_attn: { key: 'attn_impl', value: 'flash_attn' },
    use_flash_attention: { key: 'attn_impl', value: 'flash_attn' },
    use_flash_attention_2: { key: 'attn_impl', value: 'flash_attn' },
    flash_attention: { key: 'attn_impl', value: 'flash_attn' },
    flash_attn: { key: 'attn_impl', value: 'flash_attn' },
    use_unsloth: { key: 'tuner_backend', value: 'unsloth' },
  }),
);
