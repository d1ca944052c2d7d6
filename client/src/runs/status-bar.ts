/** The status bar's `Tunewright: 1 running 61 %`; hidden while nothing runs. */
import * as vscode from 'vscode';
import type { RunStore } from './store.ts';
import { runDescription, runLabel, statusBarText } from './texts.ts';

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
    this.#item.text = `$(pulse) ${text}`;
    this.#item.tooltip = live
      .map(({ summary, losses }) => `${runLabel(summary)}: ${runDescription(summary, losses)}`)
      .join('\n');
    this.#lead(live.length === 1 ? live[0]?.summary.id : undefined);
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
