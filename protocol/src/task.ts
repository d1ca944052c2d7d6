/** What the engine can be asked to do, and how a file says which of it it wants. */
import * as z from 'zod';

export const Task = z.enum([
  'pt',
  'sft',
  'rlhf',
  'infer',
  'eval',
  'export',
  'deploy',
  'rollout',
  'sample',
  'app',
  'merge-lora',
  'megatron-pt',
  'megatron-sft',
  'megatron-rlhf',
  'megatron-export',
  'download',
]);
export type Task = z.infer<typeof Task>;

/** Every task, in the order in which a person meets them. */
export const TASKS: readonly Task[] = Task.options;

/** Tasks that write training metrics while they run. */
export const TRAINING_TASKS: readonly Task[] = [
  'pt',
  'sft',
  'rlhf',
  'megatron-pt',
  'megatron-sft',
  'megatron-rlhf',
];

/** Tasks whose file names (`<name>.<task>.yaml`) no other well-known tool uses, so the name alone decides. */
export const TASKS_KNOWN_BY_NAME: readonly Task[] = TRAINING_TASKS;
