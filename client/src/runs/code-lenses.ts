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
    return lensesOf(this.#store, path).map((command) => new vscode.CodeLens(range, command));
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

/**
 * The commands take no arguments: they work on the active config, which the lens stands in. The editor keeps arguments
 * only as long as the lenses that it was last given, and a click on one that is just being replaced would find none.
 */
function lensesOf(store: RunStore, path: string): vscode.Command[] {
  const runs = store.runsOf(path);
  const isLive = runs.some(({ summary }) => isLiveState(summary.state));
  const first: vscode.Command = isLive
    ? { title: `$(debug-stop) ${vscode.l10n.t('Stop')}`, command: 'tunewright.stop' }
    : { title: `$(play) ${vscode.l10n.t('Run')}`, command: 'tunewright.run' };
  const dashboard: vscode.Command = {
    title: vscode.l10n.t('Open dashboard'),
    command: 'tunewright.openDashboard',
  };
  const resolved: vscode.Command = {
    title: vscode.l10n.t('Show resolved config'),
    command: 'tunewright.showResolvedConfig',
  };
  return runs.length === 0 ? [first, resolved] : [first, dashboard, resolved];
}
