/** The configs that everything else in the corpus is a variation of: one a task, and one for each kind of rlhf. */
import type { Task } from '../../protocol/src/task.ts';
import type { Values } from './item.ts';

export interface Base {
  readonly name: string;
  readonly task: Task;
  readonly values: Values;
}

const model = 'Qwen/Qwen2.5-7B-Instruct';
const tuned = {
  model,
  dataset: ['data/train.jsonl'],
  tuner_type: 'lora',
  learning_rate: 0.0001,
  num_train_epochs: 1,
  per_device_train_batch_size: 2,
  gradient_accumulation_steps: 8,
};
const grpo = {
  model,
  rlhf_type: 'grpo',
  dataset: ['data/grpo.jsonl'],
  reward_funcs: ['accuracy', 'format'],
  per_device_train_batch_size: 8,
  gradient_accumulation_steps: 2,
  num_generations: 8,
  max_completion_length: 512,
};

export const BASES: readonly Base[] = [
  { name: 'sft', task: 'sft', values: tuned },
  { name: 'pt', task: 'pt', values: { ...tuned, tuner_type: 'full' } },
  { name: 'dpo', task: 'rlhf', values: { ...tuned, rlhf_type: 'dpo' } },
  { name: 'kto', task: 'rlhf', values: { ...tuned, rlhf_type: 'kto' } },
  { name: 'orpo', task: 'rlhf', values: { ...tuned, rlhf_type: 'orpo' } },
  { name: 'rm', task: 'rlhf', values: { ...tuned, rlhf_type: 'rm' } },
  { name: 'grpo', task: 'rlhf', values: grpo },
  {
    name: 'gkd',
    task: 'rlhf',
    values: { ...tuned, rlhf_type: 'gkd', teacher_model: 'Qwen/Qwen2.5-14B-Instruct' },
  },
  { name: 'infer', task: 'infer', values: { model, val_dataset: ['data/val.jsonl'], max_new_tokens: 256 } },
  { name: 'deploy', task: 'deploy', values: { model, host: '127.0.0.1', port: 8000, max_new_tokens: 256 } },
  { name: 'rollout', task: 'rollout', values: { model, vllm_tensor_parallel_size: 1 } },
  { name: 'app', task: 'app', values: { model, host: '127.0.0.1', lang: 'en' } },
  { name: 'eval', task: 'eval', values: { model, eval_dataset: ['gsm8k'], eval_limit: 10 } },
  {
    name: 'export',
    task: 'export',
    values: {
      model,
      quant_method: 'gptq',
      quant_bits: 4,
      dataset: ['data/train.jsonl#128'],
      output_dir: 'out',
    },
  },
  { name: 'merge-lora', task: 'merge-lora', values: { adapters: ['output/checkpoint-100'] } },
  {
    name: 'sample',
    task: 'sample',
    values: { model, dataset: ['data/train.jsonl'], num_return_sequences: 4, max_new_tokens: 256 },
  },
];

export function baseNamed(name: string): Base {
  const base = BASES.find((candidate) => candidate.name === name);
  if (!base) throw new Error(`There is no base named ${name}.`);
  return base;
}
