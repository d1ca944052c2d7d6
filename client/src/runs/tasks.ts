/** What can be done with the runs of a task beyond starting and stopping them. */
import type { RunSummary } from '../../../protocol/src/run.ts';
import type { Task } from '../../../protocol/src/task.ts';
import { isLiveState } from './looks.ts';

/** The protocol's `RESUMABLE_TASKS`; repeated here so that activation loads no parser, and held against it by a test. */
export const CHECKPOINTING_TASKS: readonly Task[] = ['pt', 'sft', 'rlhf'];

export function writesCheckpoints({ task }: Pick<RunSummary, 'task'>): boolean {
  return CHECKPOINTING_TASKS.includes(task);
}

/** Whether a further attempt may go on from a checkpoint, as far as the list of runs can tell. */
export function canResume(run: Pick<RunSummary, 'task' | 'state'>): boolean {
  return writesCheckpoints(run) && !isLiveState(run.state);
}

/** Whether there is a step to wait for at which the run could be stopped without loss. */
export function canStopAtCheckpoint(run: Pick<RunSummary, 'task' | 'state' | 'stopWhen'>): boolean {
  const isTraining = run.state === 'running' || run.state === 'starting';
  return writesCheckpoints(run) && isTraining && run.stopWhen === undefined;
}
