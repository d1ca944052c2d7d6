// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how snippets and references to the environment are written
/** The least that runs, for each task: what an empty file is offered. Places to fill in are written as an editor's snippets have them. */
import type { Task } from '../../../protocol/src/task.ts';

export interface MinimalConfig {
  /** What it is for, in the field's words. */
  readonly name: string;
  /** YAML, with `${n:text}` where the person goes on. */
  readonly snippet: string;
}

const MODEL = 'model: ${1:Qwen/Qwen2.5-7B-Instruct}\n';
const ADAPTERS = 'adapters:\n  - ${1:output/checkpoint-100}\n';
const LORA = 'tuner_type: lora\nlora_rank: 8\nlora_alpha: 32\nlearning_rate: 1e-4\n';
const FULL = 'tuner_type: full\nlearning_rate: 1e-5\n';
const STEPS = 'per_device_train_batch_size: 1\nnum_train_epochs: 1\nlogging_steps: 5\nsave_steps: 100\n';

function trainingOn(data: string, ...rest: readonly string[]): string {
  return `${MODEL}dataset:\n  - \${2:${data}}\n${rest.join('')}${STEPS}`;
}

function megatronOn(data: string, ...rest: readonly string[]): string {
  const sizes = 'micro_batch_size: 1\nglobal_batch_size: 16\ntrain_iters: 100\nlr: 1e-5\n';
  return `${MODEL}dataset:\n  - \${2:${data}}\n${rest.join('')}${sizes}`;
}

export const MINIMAL_CONFIGS: Readonly<Partial<Record<Task, readonly MinimalConfig[]>>> = {
  pt: [{ name: 'continued pre-training', snippet: trainingOn('data/corpus.jsonl', FULL) }],
  sft: [
    { name: 'LoRA', snippet: trainingOn('data/train.jsonl', LORA) },
    {
      name: 'QLoRA',
      snippet: trainingOn('data/train.jsonl', LORA, 'quant_method: bnb\nquant_bits: 4\n'),
    },
    { name: 'full tuning', snippet: trainingOn('data/train.jsonl', FULL) },
  ],
  rlhf: [
    { name: 'DPO', snippet: `rlhf_type: dpo\n${trainingOn('data/preferences.jsonl', LORA)}` },
    {
      name: 'KTO',
      snippet: `rlhf_type: kto\n${trainingOn('data/labelled.jsonl', LORA).replace('train_batch_size: 1', 'train_batch_size: 2')}`,
    },
    {
      name: 'GRPO',
      snippet: `rlhf_type: grpo\n${trainingOn('data/questions.jsonl', LORA).replace(
        'train_batch_size: 1',
        'train_batch_size: 8',
      )}num_generations: 8\nmax_completion_length: 512\nreward_funcs:\n  - \${3:accuracy}\n`,
    },
  ],
  infer: [
    { name: 'answers of a tuned model', snippet: `${ADAPTERS}val_dataset:\n  - \${2:data/val.jsonl}\n` },
  ],
  eval: [{ name: 'benchmarks', snippet: `${MODEL}eval_dataset:\n  - \${2:gsm8k}\neval_limit: 100\n` }],
  export: [
    { name: 'merge LoRA', snippet: `${ADAPTERS}merge_lora: true\n` },
    { name: 'quantize', snippet: `${MODEL}quant_method: bnb\nquant_bits: 4\n` },
  ],
  'merge-lora': [{ name: 'merge LoRA', snippet: ADAPTERS }],
  deploy: [
    {
      name: 'serve a model',
      snippet: `${MODEL}host: 127.0.0.1\nport: 8000\napi_key: \\\${env:\${2:MODEL_API_KEY}\\}\n`,
    },
  ],
  rollout: [{ name: 'answers for GRPO', snippet: `${MODEL}host: 127.0.0.1\nport: 8000\n` }],
  sample: [
    {
      name: 'sample answers',
      snippet: `${MODEL}dataset:\n  - \${2:data/questions.jsonl}\nnum_return_sequences: 4\n`,
    },
  ],
  app: [{ name: 'chat in a browser', snippet: `${MODEL}server_name: 127.0.0.1\n` }],
  'megatron-pt': [{ name: 'continued pre-training', snippet: megatronOn('data/corpus.jsonl') }],
  'megatron-sft': [{ name: 'full tuning', snippet: megatronOn('data/train.jsonl') }],
  'megatron-rlhf': [{ name: 'DPO', snippet: `rlhf_type: dpo\n${megatronOn('data/preferences.jsonl')}` }],
};
