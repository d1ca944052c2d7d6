/** The lenses over the first line of a config: run it, or stop and watch what it runs. */
import * as vscode from 'vscode';
import { isLiveState } from './looks.ts';
import type { RunStore } from './store.ts';

export class RunCodeLenses implements vscode.CodeLensProvider {
  readonly #store: RunStore;
  readonly #isConfig: (document: vscode.TextDocument) => boolean;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #shownFor = new Map<string, string>();

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(store: RunStore, isConfig: (document: vscode.TextDocument) => boolean) {
    this.#store = store;
    this.#isConfig = isConfig;
    this.#subscription = store.onDidChange(() => this.#refreshWhereDifferent());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.#isConfig(document)) return [];
    const path = document.uri.fsPath;
    this.#shownFor.set(path, this.#situation(path));
    const range = new vscode.Range(0, 0, 0, 0);
    return lensesOf(this.#store, document).map((command) => new vscode.CodeLens(range, command));
  }

  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** Progress comes many times a second and changes no lens; drawing them anew would make the text jump. */
  #refreshWhereDifferent(): void {
    const isDifferent = [...this.#shownFor].some(([path, shown]) => shown !== this.#situation(path));
    if (isDifferent) this.#changed.fire();
  }

  #situation(path: string): string {
    const runs = this.#store.runsOf(path);
    const live = runs.find(({ summary }) => isLiveState(summary.state));
    return `${live?.summary.id ?? ''}/${runs.length > 0}`;
  }
}

function lensesOf(store: RunStore, document: vscode.TextDocument): vscode.Command[] {
  const runs = store.runsOf(document.uri.fsPath);
  const live = runs.find(({ summary }) => isLiveState(summary.state));
  const shown = live ?? runs[0];
  const commands: vscode.Command[] = [];
  if (live) {
    commands.push({
      title: `$(debug-stop) ${vscode.l10n.t('Stop')}`,
      command: 'tunewright.stop',
      arguments: [{ kind: 'run', runId: live.summary.id }],
    });
  } else {
    commands.push({
      title: `$(play) ${vscode.l10n.t('Run')}`,
      command: 'tunewright.run',
      arguments: [document.uri],
    });
  }
  if (shown) {
    commands.push({
      title: vscode.l10n.t('Open dashboard'),
      command: 'tunewright.openDashboard',
      arguments: [{ kind: 'run', runId: shown.summary.id }],
    });
  }
  commands.push({
    title: vscode.l10n.t('Show resolved config'),
    command: 'tunewright.showResolvedConfig',
    arguments: [document.uri],
  });
  return commands;
}
