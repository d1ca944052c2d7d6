/** Waits for the first sign of life of an attempt that was just started. */
import * as vscode from 'vscode';
import { isLiveState } from '../runs/looks.ts';
import type { TrackedRun } from '../runs/store.ts';
import type { CommandContext } from './context.ts';

/** Resolves with the attempt's first step after `afterStep`, its end, its wait in a queue, or the wish to stop it. */
export function firstSign(
  { runs }: CommandContext,
  { summary: started }: TrackedRun,
  { cancelled, afterStep }: { readonly cancelled: vscode.CancellationToken; readonly afterStep: number },
): Promise<void> {
  const hasSign = ({ summary }: TrackedRun) =>
    summary.attempt > started.attempt ||
    (summary.progress !== undefined && summary.progress.step > afterStep) ||
    !isLiveState(summary.state) ||
    // Its turn may come in hours, and the tree says which it is.
    summary.queuePlace !== undefined ||
    (summary.state === 'queued' && summary.cause?.code === 'waits-in-queue');
  return new Promise((resolve) => {
    const subscriptions: vscode.Disposable[] = [];
    const finish = () => {
      for (const subscription of subscriptions) subscription.dispose();
      resolve();
    };
    const look = () => {
      const current = runs.find(started.id);
      if (!current || hasSign(current)) finish();
    };
    subscriptions.push(
      runs.onDidChange(look),
      cancelled.onCancellationRequested(() => {
        void vscode.commands.executeCommand('tunewright.stop', { kind: 'run', runId: started.id });
        finish();
      }),
    );
    look();
  });
}
