/** The context keys by which menus and keys know which open files are configs, which of these run, and what waits. */
import * as vscode from 'vscode';
import { isLiveState } from './looks.ts';
import type { RunStore, TrackedRun } from './store.ts';
import { canResume } from './tasks.ts';

export interface EditorContextOptions {
  readonly store: RunStore;
  isConfig(document: vscode.TextDocument): boolean;
  /** Whether the runs of a config are not known yet and soon will be. */
  isLookingFor(config: vscode.Uri): boolean;
}

export class EditorContext {
  readonly #options: EditorContextOptions;
  readonly #subscriptions: vscode.Disposable[];
  readonly #said = new Map<string, string>();

  constructor(options: EditorContextOptions) {
    this.#options = options;
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument(() => this.update()),
      vscode.workspace.onDidCloseTextDocument(() => this.update()),
      options.store.onDidChange(() => this.update()),
    ];
  }

  /** Says it anew; menus ask with `resourcePath in <key>`. */
  update(): void {
    const { store, isConfig, isLookingFor } = this.#options;
    const configs = vscode.workspace.textDocuments.filter(isConfig).map(({ uri }) => uri);
    const runsOf = new Map(configs.map(({ fsPath }) => [fsPath, store.runsOf(fsPath)]));
    const having = (fits: (runs: readonly TrackedRun[]) => boolean) =>
      configs.map(({ fsPath }) => fsPath).filter((path) => fits(runsOf.get(path) ?? []));
    const isLive = (runs: readonly TrackedRun[]) => runs.some(({ summary }) => isLiveState(summary.state));
    const looking = new Set(configs.filter(isLookingFor).map(({ fsPath }) => fsPath));
    this.#say(
      'tunewright.configs',
      having(() => true),
    );
    this.#say('tunewright.liveConfigs', having(isLive));
    // A config whose runs are still being looked for is neither live nor idle.
    this.#say(
      'tunewright.idleConfigs',
      having((runs) => !isLive(runs)).filter((path) => !looking.has(path)),
    );
    this.#say(
      'tunewright.configsWithRuns',
      having((runs) => runs.length > 0),
    );
    this.#say(
      'tunewright.resumableConfigs',
      having((runs) => !isLive(runs) && runs[0] !== undefined && canResume(runs[0].summary)),
    );
    this.#say(
      'tunewright.hasQueue',
      store.liveRuns().some(({ summary }) => summary.queuePlace !== undefined),
    );
    this.#say('tunewright.hasOlderRuns', store.olderCount > 0);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #say(key: string, value: readonly string[] | boolean): void {
    const text = JSON.stringify(value);
    if (this.#said.get(key) === text) return;
    this.#said.set(key, text);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
