/** One notification for a run that ends, or fails and starts again, while a window is open. */
import * as vscode from 'vscode';
import type { RunSummary } from '../../../protocol/src/run.ts';
import type { AlertNotices } from './alert-notices.ts';
import { alertTitle, fatalAlert } from './alerts.ts';
import { reasonText } from './causes.ts';
import { durationText } from './durations.ts';
import { runLabel } from './names.ts';
import type { RunStore } from './store.ts';
import { canResume } from './tasks.ts';
import { lossText } from './texts.ts';
import type { Told } from './told.ts';

/** A retry follows its failure within moments; the two are told as one. */
const RETRY_FOLLOWS_MS = 2_000;

export interface EndNoticesOptions {
  readonly store: RunStore;
  readonly alerts: Pick<AlertNotices, 'hasToldWhy'>;
  readonly told: Told;
  readonly retryFollowsMs?: number;
}

export function showEndNotices(options: EndNoticesOptions): vscode.Disposable {
  const timers = new Set<NodeJS.Timeout>();
  const { store, alerts, told, retryFollowsMs = RETRY_FOLLOWS_MS } = options;
  const tellOnce = (what: string, { id, attempt, endedAtMs, sinceMs }: RunSummary, tell: () => void) =>
    told.tellOnce([{ key: `${id}/${attempt}/${what}`, atMs: endedAtMs ?? sinceMs ?? 0 }], tell);
  const showFailedLater = (failed: RunSummary) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const now = store.find(failed.id)?.summary ?? failed;
      // What goes on by itself has been told as a retry, and what an alert says has been said.
      if (now.attempt === failed.attempt && !alerts.hasToldWhy(now))
        tellOnce(now.state, now, () => void showFailed(now));
    }, retryFollowsMs);
    timers.add(timer);
  };
  const subscriptions = [
    store.onDidEnd(({ summary }) => {
      if (summary.state === 'succeeded') tellOnce('succeeded', summary, () => void showSucceeded(summary));
      // Of what was cancelled somebody knows: the person, or an alert that has told so.
      if (summary.state === 'failed' || summary.state === 'lost') showFailedLater(summary);
    }),
    store.onDidRetry(({ run, before }) => {
      if (!alerts.hasToldWhy(before)) tellOnce('retry', run.summary, () => void showRetry(run.summary));
    }),
  ];
  return new vscode.Disposable(() => {
    for (const subscription of subscriptions) subscription.dispose();
    for (const timer of timers) clearTimeout(timer);
  });
}

async function showSucceeded(summary: RunSummary): Promise<void> {
  const openDashboard = vscode.l10n.t('Open Dashboard');
  const pressed = await vscode.window.showInformationMessage(succeededText(summary), openDashboard);
  if (pressed === openDashboard) await onRun('tunewright.openDashboard', summary);
}

async function showFailed(summary: RunSummary): Promise<void> {
  const openLog = vscode.l10n.t('Open Log');
  const resume = vscode.l10n.t('Resume…');
  const buttons = canResume(summary) ? [openLog, resume] : [openLog];
  const pressed = await vscode.window.showErrorMessage(failedText(summary), ...buttons);
  if (pressed === openLog) await onRun('tunewright.openLog', summary);
  if (pressed === resume) await onRun('tunewright.resume', summary);
}

async function showRetry(summary: RunSummary): Promise<void> {
  const openLog = vscode.l10n.t('Open Log');
  const stop = vscode.l10n.t('Stop');
  const text = vscode.l10n.t('{0}: {1}.', runLabel(summary), reasonText(summary) ?? '');
  const pressed = await vscode.window.showWarningMessage(text, openLog, stop);
  if (pressed === openLog) await onRun('tunewright.openLog', summary);
  if (pressed === stop) await onRun('tunewright.stop', summary);
}

function onRun(command: string, { id }: RunSummary): Thenable<unknown> {
  return vscode.commands.executeCommand(command, { kind: 'run', runId: id });
}

function succeededText(summary: RunSummary): string {
  const name = runLabel(summary);
  const tookSeconds =
    summary.startedAtMs === undefined || summary.endedAtMs === undefined
      ? undefined
      : (summary.endedAtMs - summary.startedAtMs) / 1000;
  const loss = lossText(summary.progress);
  const details = [tookSeconds === undefined ? undefined : durationText(tookSeconds), loss].filter(Boolean);
  return details.length === 0
    ? vscode.l10n.t('{0} has finished.', name)
    : vscode.l10n.t('{0} has finished ({1}).', name, details.join(', '));
}

function failedText(summary: RunSummary): string {
  const name = runLabel(summary);
  const alert = fatalAlert(summary);
  const reason =
    (alert && alertTitle(alert)) ??
    reasonText(summary) ??
    (summary.exitCode === undefined ? undefined : vscode.l10n.t('exit code {0}', summary.exitCode));
  if (summary.state === 'lost') {
    return vscode.l10n.t(
      '{0} is lost: {1}',
      name,
      reason ?? vscode.l10n.t('its processes are gone and left no record of how they ended'),
    );
  }
  return reason === undefined
    ? vscode.l10n.t('{0} has failed. The log says why.', name)
    : vscode.l10n.t('{0} has failed: {1}', name, reason);
}
