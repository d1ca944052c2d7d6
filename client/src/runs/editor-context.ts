/** The context keys by which menus know, editor by editor, which files are configs and which of these run. */
import * as vscode from 'vscode';
import { isLiveState } from './looks.ts';
import type { RunStore } from './store.ts';

export class EditorContext {
  readonly #store: RunStore;
  readonly #isConfig: (document: vscode.TextDocument) => boolean;
  readonly #subscriptions: vscode.Disposable[];
  readonly #set = new Map<string, string>();

  constructor(store: RunStore, isConfig: (document: vscode.TextDocument) => boolean) {
    this.#store = store;
    this.#isConfig = isConfig;
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument(() => this.update()),
      vscode.workspace.onDidCloseTextDocument(() => this.update()),
      store.onDidChange(() => this.update()),
    ];
  }

  /** Says it anew; menus ask with `resourcePath in <key>`. */
  update(): void {
    const paths = vscode.workspace.textDocuments
      .filter((document) => this.#isConfig(document))
      .map(({ uri }) => uri.fsPath);
    const runsOf = new Map(paths.map((path) => [path, this.#store.runsOf(path)]));
    const having = (fits: (runs: ReturnType<RunStore['runsOf']>) => boolean) =>
      paths.filter((path) => fits(runsOf.get(path) ?? []));
    this.#say('tunewright.configs', paths);
    this.#say(
      'tunewright.liveConfigs',
      having((runs) => runs.some(({ summary }) => isLiveState(summary.state))),
    );
    this.#say(
      'tunewright.configsWithRuns',
      having((runs) => runs.length > 0),
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #say(key: string, paths: readonly string[]): void {
    const text = paths.join('\n');
    if (this.#set.get(key) === text) return;
    this.#set.set(key, text);
    void vscode.commands.executeCommand('setContext', key, paths);
  }
}
