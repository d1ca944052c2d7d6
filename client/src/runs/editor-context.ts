/** The context keys by which menus know whether the active file is a config, and whether it runs. */
import * as vscode from 'vscode';
import { isLiveState } from './looks.ts';
import type { RunStore } from './store.ts';

export class EditorContext {
  readonly #store: RunStore;
  readonly #isConfig: (document: vscode.TextDocument) => boolean;
  readonly #subscriptions: vscode.Disposable[];
  readonly #set = new Map<string, boolean>();

  constructor(store: RunStore, isConfig: (document: vscode.TextDocument) => boolean) {
    this.#store = store;
    this.#isConfig = isConfig;
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      vscode.workspace.onDidOpenTextDocument(() => this.update()),
      store.onDidChange(() => this.update()),
    ];
    this.update();
  }

  update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const isConfig = document !== undefined && this.#isConfig(document);
    const runs = isConfig ? this.#store.runsOf(document.uri.fsPath) : [];
    this.#key('tunewright.activeFileIsConfig', isConfig);
    this.#key(
      'tunewright.activeConfigIsLive',
      runs.some(({ summary }) => isLiveState(summary.state)),
    );
    this.#key('tunewright.activeConfigHasRuns', runs.length > 0);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #key(name: string, value: boolean): void {
    if (this.#set.get(name) === value) return;
    this.#set.set(name, value);
    void vscode.commands.executeCommand('setContext', name, value);
  }
}
