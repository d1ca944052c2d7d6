/** One notification for a run that ends while the window is open. */
import * as vscode from 'vscode';
import type { RunStore, TrackedRun } from './store.ts';
import { durationText, lossText, runLabel } from './texts.ts';

export function showEndNotices(store: RunStore): vscode.Disposable {
  return store.onDidEnd((run) => void showEnd(run));
}

async function showEnd({ summary }: TrackedRun): Promise<void> {
  const node = { kind: 'run', runId: summary.id };
  const openDashboard = vscode.l10n.t('Open Dashboard');
  const openLog = vscode.l10n.t('Open Log');
  const name = runLabel(summary);
  let pressed: string | undefined;
  switch (summary.state) {
    case 'succeeded':
      pressed = await vscode.window.showInformationMessage(succeededText(summary, name), openDashboard);
      break;
    case 'failed':
    case 'lost':
      pressed = await vscode.window.showErrorMessage(failedText(summary, name), openLog);
      break;
    default:
      // Stopped by the person, who knows.
      return;
  }
  if (pressed === openDashboard) await vscode.commands.executeCommand('tunewright.openDashboard', node);
  if (pressed === openLog) await vscode.commands.executeCommand('tunewright.openLog', node);
}

function succeededText(summary: TrackedRun['summary'], name: string): string {
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

function failedText(summary: TrackedRun['summary'], name: string): string {
  if (summary.state === 'lost') {
    return vscode.l10n.t('{0} is lost: its processes are gone and left no record of how they ended.', name);
  }
  const reason =
    summary.reason ??
    (summary.exitCode === undefined ? undefined : vscode.l10n.t('exit code {0}', summary.exitCode));
  return reason === undefined
    ? vscode.l10n.t('{0} has failed. The log says why.', name)
    : vscode.l10n.t('{0} has failed: {1}', name, reason);
}
