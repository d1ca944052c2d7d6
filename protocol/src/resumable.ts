/** Which tasks can go on from a checkpoint. Loads no parser, for those that have to start quickly. */
import type { Task } from './task.ts';

/** Tasks that write checkpoints from which the engine can go on. */
export const RESUMABLE_TASKS: readonly Task[] = ['pt', 'sft', 'rlhf'];
