/** Notifications for alerts: one for each trouble of a run, and one for all that stood when the window opened. */
import * as vscode from 'vscode';
import type { Alert } from '../../../protocol/src/alert.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { noticeText } from './alert-texts.ts';
import { isFatal, isSevere, openAlerts } from './alerts.ts';
import { isLiveState } from './looks.ts';
import { runLabel } from './names.ts';
import type { NewAlerts, RunStore, TrackedRun } from './store.ts';
import { writesCheckpoints } from './tasks.ts';
import type { News, Told } from './told.ts';

/** Lists of several folders come one after the other. */
const GATHER_MS = 1_500;
/** How long the status bar says something. */
const TOLD_MS = 6_000;

export interface AlertNoticesOptions {
  readonly store: RunStore;
  readonly told: Told;
  readonly gatherMs?: number;
}

interface AlertNews extends News {
  readonly run: TrackedRun;
  readonly alert: Alert;
}

export class AlertNotices {
  readonly #options: AlertNoticesOptions;
  readonly #subscription: vscode.Disposable;
  #standing: AlertNews[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AlertNoticesOptions) {
    this.#options = options;
    this.#subscription = options.store.onDidAlert((news) => this.#take(news));
  }

  /** Whether the person was told of an alert that explains how the attempt ended. */
  hasToldWhy({ id, attempt, alerts }: RunSummary): boolean {
    return (alerts ?? []).some(
      (alert) =>
        alert.attempt === attempt &&
        (isFatal(alert) || alert.action === 'stop' || alert.action === 'resume') &&
        this.#options.told.has(keyOf(id, alert)),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
    clearTimeout(this.#timer);
  }

  #take({ run, alerts, stoodBefore }: NewAlerts): void {
    const { store, told, gatherMs = GATHER_MS } = this.#options;
    if (stoodBefore) {
      const standing = openAlerts(run.summary).filter((alert) => isSevere(alert) && isWorthTelling(alert));
      if (standing.length === 0) return;
      this.#standing.push(...standing.map((alert) => newsOf(run, alert)));
      this.#timer ??= setTimeout(() => this.#tellStanding(), gatherMs);
      return;
    }
    const news = alerts
      .filter((alert) => isWorthTelling(alert) && alert.attempt === run.summary.attempt)
      .map((alert) => newsOf(run, alert));
    told.tellOnce(news, (untold) => {
      const worst = untold.find(({ alert }) => isSevere(alert)) ?? untold[0];
      // A window in the background tells a while after it has heard.
      if (worst) void showAlert(store, store.find(run.summary.id) ?? run, worst.alert);
    });
  }

  #tellStanding(): void {
    const { store, told } = this.#options;
    this.#timer = undefined;
    const standing = this.#standing.filter(({ run, alert }) =>
      openAlerts(store.find(run.summary.id)?.summary ?? run.summary).some(({ id }) => id === alert.id),
    );
    this.#standing = [];
    told.tellOnce(standing, (untold) => {
      const runIds = new Set(untold.map(({ run }) => run.summary.id));
      const runs = [...runIds].map((id) => store.find(id)).filter((run) => run !== undefined);
      void showStanding(store, runs);
    });
  }
}

function newsOf(run: TrackedRun, alert: Alert): AlertNews {
  return { key: keyOf(run.summary.id, alert), atMs: alert.atMs, run, alert };
}

function isWorthTelling({ severity, action }: Alert): boolean {
  return severity === 'alert' && action !== 'ignore';
}

/** One kind counts once, however many series or devices it is about. */
function keyOf(runId: string, { attempt, kind }: Alert): string {
  return `${runId}/${attempt}/${kind}`;
}

async function showAlert(store: RunStore, { summary }: TrackedRun, alert: Alert): Promise<void> {
  const node = { kind: 'run', runId: summary.id };
  const stop = vscode.l10n.t('Stop');
  const openLog = vscode.l10n.t('Open Log');
  const change = vscode.l10n.t('Resume with Change…');
  const isLeftRunning =
    isLiveState(summary.state) && summary.state !== 'stopping' && alert.action === 'notify';
  const buttons = [
    ...(isLeftRunning && !isFatal(alert) ? [stop] : []),
    openLog,
    ...(writesCheckpoints(summary) && alert.action !== 'resume' ? [change] : []),
  ];
  const show = isSevere(alert) ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  const pressed = await show(noticeText(summary, alert), ...buttons);
  if (pressed === stop) {
    // The message may have stood for hours, and what runs now is another attempt.
    if (store.find(summary.id)?.summary.attempt === alert.attempt) {
      await vscode.commands.executeCommand('tunewright.stop', node);
    } else {
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Attempt {0} of {1} has ended already.', alert.attempt, runLabel(summary)),
        TOLD_MS,
      );
    }
  }
  if (pressed === change) await vscode.commands.executeCommand('tunewright.resumeWithChange', node);
  if (pressed === openLog) {
    await vscode.commands.executeCommand('tunewright.openLog', { ...node, ...logPlace(alert) });
  }
}

function logPlace({ logOffset, attempt }: Alert): { logOffset?: number; attempt: number } {
  return logOffset === undefined ? { attempt } : { attempt, logOffset };
}

async function showStanding(store: RunStore, runs: readonly TrackedRun[]): Promise<void> {
  const [first] = runs;
  if (!first) return;
  if (runs.length === 1) {
    const [worst] = openAlerts(first.summary);
    if (worst) await showAlert(store, first, worst);
    return;
  }
  const showRuns = vscode.l10n.t('Show Runs');
  const names = runs.map(({ summary }) => runLabel(summary)).join(', ');
  const pressed = await vscode.window.showErrorMessage(
    vscode.l10n.t('{0} runs have alerts: {1}.', runs.length, names),
    showRuns,
  );
  if (pressed === showRuns) await vscode.commands.executeCommand('tunewright.runs.focus');
}
