/** Configs that a person is changing so that a run goes on with them. A notification would not wait for that long. */
import * as vscode from 'vscode';

export class ConfigChanges {
  readonly #paths = new Set<string>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscription = vscode.workspace.onDidCloseTextDocument(({ uri }) => this.end(uri.fsPath));
  }

  begin(configPath: string): void {
    this.#paths.add(configPath);
    this.#changed.fire();
  }

  end(configPath: string): void {
    if (this.#paths.delete(configPath)) this.#changed.fire();
  }

  has(configPath: string): boolean {
    return this.#paths.has(configPath);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
