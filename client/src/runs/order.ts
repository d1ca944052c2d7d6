/** The order in which runs are listed. */
import type { QueuePlace } from '../../../protocol/src/run.ts';
import type { TrackedRun } from './store.ts';

/** What waits in a queue, in the order in which it will start; then the others as they come. */
export function queuedFirst(runs: readonly TrackedRun[]): TrackedRun[] {
  const placed = runs.flatMap((run) => {
    const place = run.summary.queuePlace;
    return place === undefined ? [] : [{ run, place }];
  });
  placed.sort(({ place: one }, { place: other }) => comparePlaces(one, other));
  return [...placed.map(({ run }) => run), ...runs.filter(({ summary }) => summary.queuePlace === undefined)];
}

function comparePlaces(one: QueuePlace, other: QueuePlace): number {
  return one.queue.localeCompare(other.queue) || one.position - other.position;
}
