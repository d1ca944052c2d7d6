/** Commands that end a run: at once, less patiently when asked again, or when its next checkpoint is complete. */
import * as vscode from 'vscode';
import type { StopWhen } from '../../../protocol/src/run.ts';
import { isLiveState } from '../runs/looks.ts';
import { runLabel } from '../runs/names.ts';
import type { TrackedRun } from '../runs/store.ts';
import { type Command, type CommandContext, requireTrust, runOf } from './context.ts';

/** What stops sooner needs no word. */
const TELL_AFTER_MS = 2_000;
const TOLD_MS = 6_000;

export const stop: Command = {
  doing: () => vscode.l10n.t('The run cannot be stopped'),
  async run(context, argument) {
    requireTrust();
    const run = await runOf(context, argument, 'live');
    if (!run) return;
    const wasStopping = run.summary.state === 'stopping';
    const asked = await ask(context, run, 'now');
    if (wasStopping) {
      // The bridge leaves out what is left of its patience; the first notification goes on until the end.
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('{0} is ended now, whatever it is doing.', runLabel(asked.summary)),
        TOLD_MS,
      );
      return;
    }
    await tellWhileStopping(context, asked);
  },
};

export const stopAtCheckpoint: Command = {
  doing: () => vscode.l10n.t('The run cannot be stopped'),
  async run(context, argument) {
    requireTrust();
    const run = await runOf(context, argument, 'live');
    if (!run) return;
    const asked = await ask(context, run, 'next-checkpoint');
    const { summary } = asked;
    if (!waitsForCheckpoint(summary)) {
      // It had not begun, or somebody has asked for its end at once.
      await tellWhileStopping(context, asked);
      return;
    }
    const stopNow = vscode.l10n.t('Stop Now');
    const pressed = await vscode.window.showInformationMessage(
      vscode.l10n.t('{0} stops when its next checkpoint is complete.', runLabel(summary)),
      stopNow,
    );
    if (pressed !== stopNow) return;
    // Whoever reads the notice later may find that it has stopped.
    const current = context.runs.find(summary.id);
    if (current && isLiveState(current.summary.state)) await ask(context, current, 'now');
  },
};

async function ask({ bridge, runs }: CommandContext, run: TrackedRun, when: StopWhen): Promise<TrackedRun> {
  const summary = await bridge.request('runs/stop', { root: run.root, runId: run.summary.id, when });
  return runs.accept(run.root, summary);
}

function waitsForCheckpoint({ state, stopWhen }: TrackedRun['summary']): boolean {
  return stopWhen === 'next-checkpoint' && (state === 'starting' || state === 'running');
}

/** A run may finish its step and write a checkpoint first: who waits is told so. */
async function tellWhileStopping({ runs }: CommandContext, run: TrackedRun): Promise<void> {
  const ended = whenEnded(runs, run.summary.id);
  if (await endsWithin(ended, TELL_AFTER_MS)) return;
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Stopping {0}', runLabel(run.summary)),
    },
    async (progress) => {
      progress.report({ message: vscode.l10n.t('it finishes its step; Stop once more ends it at once') });
      await ended;
    },
  );
}

/** Resolves when the run is no longer live or no longer known, or goes on with another attempt. */
export function whenEnded(runs: CommandContext['runs'], runId: string): Promise<void> {
  const attempt = runs.find(runId)?.summary.attempt;
  return new Promise((resolve) => {
    const isOver = () => {
      const current = runs.find(runId)?.summary;
      return !current || !isLiveState(current.state) || current.attempt !== attempt;
    };
    if (isOver()) {
      resolve();
      return;
    }
    const subscription = runs.onDidChange(() => {
      if (!isOver()) return;
      subscription.dispose();
      resolve();
    });
  });
}

function endsWithin(ended: Promise<void>, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), withinMs);
    void ended.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
