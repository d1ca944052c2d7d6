/** Values for `${env:NAME}`: which names a config asks for, and the editor's secret storage, which alone keeps values. */
import * as vscode from 'vscode';

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;
const KEY_PREFIX = 'env:';

/** The names that a config's text refers to, each once, in order. */
export function secretNames(configText: string): string[] {
  return [...new Set(Array.from(configText.matchAll(REFERENCE), (match) => match[1] ?? ''))];
}

export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** Values of the names that are stored; a name without a value is left to the environment. */
  async valuesFor(names: readonly string[]): Promise<Record<string, string>> {
    const values: Record<string, string> = {};
    for (const name of names) {
      const value = await this.#storage.get(KEY_PREFIX + name);
      if (value !== undefined) values[name] = value;
    }
    return values;
  }

  /** Asks for a value and stores it; false where the person thinks better of it. */
  async ask(name: string): Promise<boolean> {
    const value = await vscode.window.showInputBox({
      title: vscode.l10n.t('Value of {name}', { name }),
      prompt: vscode.l10n.t('Kept in the secret storage of the editor and passed on by environment only.'),
      password: true,
      ignoreFocusOut: true,
    });
    if (!value) return false;
    await this.#storage.store(KEY_PREFIX + name, value);
    return true;
  }
}
