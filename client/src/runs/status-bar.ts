/** The status bar's `Tunewright: 1 running 61 %`, marked where a run has an alert; hidden while nothing runs. */
import * as vscode from 'vscode';
import { openAlerts } from './alerts.ts';
import { runLabel } from './names.ts';
import type { RunStore } from './store.ts';
import { runDescription, statusBarText } from './texts.ts';

const PRIORITY = 40;

export class RunsStatusBar {
  readonly #item: vscode.StatusBarItem;
  readonly #subscription: vscode.Disposable;
  #onlyRunId: string | undefined;

  constructor(store: RunStore) {
    this.#item = vscode.window.createStatusBarItem(
      'tunewright.runs',
      vscode.StatusBarAlignment.Left,
      PRIORITY,
    );
    this.#item.name = vscode.l10n.t('Tunewright runs');
    this.#subscription = store.onDidChange(() => this.#show(store));
    this.#show(store);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #show(store: RunStore): void {
    const live = store.liveRuns();
    const text = statusBarText(live.map(({ summary }) => summary));
    if (text === undefined) {
      this.#item.hide();
      return;
    }
    const alerted = live.filter(({ summary }) => openAlerts(summary).length > 0);
    this.#item.text = `$(${alerted.length > 0 ? 'warning' : 'pulse'}) ${text}`;
    this.#item.backgroundColor =
      alerted.length > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.tooltip = live
      .map(({ summary, losses }) => `${runLabel(summary)}: ${runDescription(summary, losses, Date.now())}`)
      .join('\n');
    const [only, ...others] = alerted.length > 0 ? alerted : live;
    this.#lead(others.length === 0 ? only?.summary.id : undefined);
    this.#item.show();
  }

  /** Where a click leads. Set only where it changes: a command that is replaced cannot be clicked for a moment. */
  #lead(onlyRunId: string | undefined): void {
    if (this.#item.command !== undefined && this.#onlyRunId === onlyRunId) return;
    this.#onlyRunId = onlyRunId;
    this.#item.command =
      onlyRunId === undefined
        ? 'tunewright.runs.focus'
        : {
            command: 'tunewright.openDashboard',
            title: vscode.l10n.t('Open Dashboard'),
            arguments: [{ kind: 'run', runId: onlyRunId }],
          };
  }
}
