/** What can be done with the runs of a task beyond starting and stopping them. */
import { RESUMABLE_TASKS } from '../../../protocol/src/resumable.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { isLiveState } from './looks.ts';

export function writesCheckpoints({ task }: Pick<RunSummary, 'task'>): boolean {
  return RESUMABLE_TASKS.includes(task);
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
