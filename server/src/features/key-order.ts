/** In which order keys are offered: what a config usually begins with, then our own, then the rest by name. */
import type { Field } from '../schema/shape.ts';

const USUAL: readonly string[] = [
  'model',
  'dataset',
  'tuner_type',
  'rlhf_type',
  'adapters',
  'val_dataset',
  'eval_dataset',
  'template',
  'model_type',
  'system',
  'torch_dtype',
  'max_length',
  'max_steps',
  'num_train_epochs',
  'train_iters',
  'per_device_train_batch_size',
  'micro_batch_size',
  'gradient_accumulation_steps',
  'learning_rate',
  'lr',
  'lora_rank',
  'lora_alpha',
  'target_modules',
  'warmup_ratio',
  'packing',
  'attn_impl',
  'deepspeed',
  'eval_steps',
  'save_steps',
  'logging_steps',
  'output_dir',
  'infer_backend',
  'merge_lora',
  'quant_method',
  'quant_bits',
];

const RANKS: ReadonlyMap<string, number> = new Map(USUAL.map((name, index) => [name, index]));

/** A text by which editors sort. */
export function keyRank({ name, isOwn }: Field): string {
  const rank = RANKS.get(name);
  if (rank !== undefined) return `0${String(rank).padStart(2, '0')}`;
  return isOwn ? `1${name}` : `2${name}`;
}
