/** Commands that move a run in the queue in which it waits. */
import * as vscode from 'vscode';
import type { QueueSummary } from '../../../protocol/src/queue.ts';
import type { QueuePlace } from '../../../protocol/src/run.ts';
import { Failure } from '../errors.ts';
import type { RunStore } from '../runs/store.ts';
import { type Command, requireTrust, runOf } from './context.ts';

export const moveUp = moving(({ position }) => position - 1);
export const moveDown = moving(({ position }) => position + 1);
export const moveFirst = moving(() => 1);

function moving(target: (place: QueuePlace) => number): Command {
  return {
    doing: () => vscode.l10n.t('The run cannot be moved'),
    async run(context, argument) {
      requireTrust();
      const run = await runOf(context, argument, 'queued');
      if (!run) return;
      const { root, summary } = run;
      const place = summary.queuePlace;
      if (!place) throw new Failure('not-queued', { run: summary.id });
      const position = Math.min(place.waiting, Math.max(1, target(place)));
      if (position === place.position) return;
      const { queues } = await context.bridge.request('queue/move', { root, runId: summary.id, position });
      takePlaces(context.runs, queues);
    },
  };
}

/** Every place that the move has changed, ahead of the notifications that will say the same. */
function takePlaces(runs: RunStore, queues: readonly QueueSummary[]): void {
  for (const { name, entries } of queues) {
    const waiting = entries.filter(({ deviceIds }) => deviceIds === undefined);
    waiting.forEach(({ root, runId, devicesWanted }, index) => {
      const known = runs.find(runId);
      if (!known?.summary.queuePlace) return;
      const queuePlace = { queue: name, position: index + 1, waiting: waiting.length, devicesWanted };
      runs.accept(root, { ...known.summary, queuePlace });
    });
  }
}
