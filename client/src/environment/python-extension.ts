/** The Python extension's choice of interpreter, where that extension is installed; nothing is required of it. */
import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';
import { errorForLog, type Log } from '../log.ts';

const EXTENSION_ID = 'ms-python.python';

type Environments = Pick<
  PythonExtension['environments'],
  'getActiveEnvironmentPath' | 'resolveEnvironment' | 'onDidChangeActiveEnvironmentPath' | 'known'
>;

function hasEnvironments(api: unknown): api is { environments: Environments } {
  if (typeof api !== 'object' || api === null || !('environments' in api)) return false;
  const { environments } = api;
  return (
    typeof environments === 'object' &&
    environments !== null &&
    'getActiveEnvironmentPath' in environments &&
    'resolveEnvironment' in environments
  );
}

export class PythonExtensionSource {
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #environments: Promise<Environments | undefined> | undefined;
  #subscription: vscode.Disposable | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Absolute path of the chosen interpreter; undefined where the extension is absent or has chosen none. */
  async activeInterpreter(resource?: vscode.Uri): Promise<string | undefined> {
    const environments = await this.#load();
    if (!environments) return undefined;
    try {
      const active = environments.getActiveEnvironmentPath(resource);
      const resolved = await environments.resolveEnvironment(active);
      return resolved?.executable.uri?.fsPath;
    } catch (error) {
      this.#log.warn(`The Python extension could not say which interpreter is chosen: ${errorForLog(error)}`);
      return undefined;
    }
  }

  /** Interpreters that the extension knows, for the picker. */
  async knownInterpreters(): Promise<string[]> {
    const environments = await this.#load();
    return (environments?.known ?? []).flatMap((known) => known.executable.uri?.fsPath ?? []);
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#changed.dispose();
  }

  #load(): Promise<Environments | undefined> {
    this.#environments ??= this.#activate();
    return this.#environments;
  }

  async #activate(): Promise<Environments | undefined> {
    const extension = vscode.extensions.getExtension<unknown>(EXTENSION_ID);
    if (!extension) return undefined;
    try {
      const api = await extension.activate();
      if (!hasEnvironments(api)) return undefined;
      this.#subscription = api.environments.onDidChangeActiveEnvironmentPath?.(() => this.#changed.fire());
      return api.environments;
    } catch (error) {
      this.#log.warn(`The Python extension does not start: ${errorForLog(error)}`);
      return undefined;
    }
  }
}
