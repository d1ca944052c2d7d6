/** Gathers what offers an interpreter, asks the bridge what is in it, and remembers the answer until something changes. */
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ToolEnvironment } from '../../../protocol/src/tool.ts';
import { Failure } from '../errors.ts';
import { onSettingsChanged, readSettings } from '../settings.ts';
import {
  type ChosenInterpreter,
  chooseInterpreter,
  expandInterpreterPath,
  type InterpreterCandidate,
  type InterpreterFacts,
  interpreterCandidates,
  offeredInterpreters,
  type PathFacts,
  pythonOf,
} from './candidates.ts';
import type { PythonExtensionSource } from './python-extension.ts';

const ENVIRONMENT_FOLDERS = ['.venv', 'venv', 'env'];

export interface InterpretersOptions {
  readonly pythonExtension: PythonExtensionSource;
  inspect(interpreter: string): Promise<ToolEnvironment>;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

export class Interpreters {
  readonly #options: InterpretersOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #chosen = new Map<string, Promise<ChosenInterpreter | undefined>>();
  readonly #subscriptions: vscode.Disposable[];

  /** The answer may have changed. */
  readonly onDidChange = this.#changed.event;

  constructor(options: InterpretersOptions) {
    this.#options = options;
    this.#subscriptions = [
      onSettingsChanged('interpreter', () => this.forget()),
      options.pythonExtension.onDidChange(() => this.forget()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.forget()),
    ];
  }

  /** Asks anew at the next call, for example after an installation. */
  forget(): void {
    this.#chosen.clear();
    this.#changed.fire();
  }

  /** The interpreter for a resource, and what is in it. Undefined where nothing offers one. */
  chosen(resource?: vscode.Uri): Promise<ChosenInterpreter | undefined> {
    const key = this.#folder(resource)?.uri.toString() ?? '';
    const known = this.#chosen.get(key);
    if (known) return known;
    const choice = this.#facts(resource, { asksAll: false }).then((facts) =>
      chooseInterpreter(interpreterCandidates(facts), this.#options.inspect),
    );
    this.#chosen.set(key, choice);
    // A failure to ask is not an answer worth keeping.
    choice.catch(() => this.#chosen.delete(key));
    return choice;
  }

  /** Like {@link chosen}, but refuses an absent interpreter or engine by name. */
  async required(resource?: vscode.Uri): Promise<ChosenInterpreter> {
    const chosen = await this.chosen(resource);
    if (!chosen) throw new Failure('interpreter-unknown');
    const { health, detail } = chosen.environment;
    if (health === 'missing') {
      const isPythonMissing = chosen.environment.pythonVersion === undefined;
      this.#chosen.clear();
      throw new Failure(isPythonMissing ? 'interpreter-not-found' : 'engine-not-installed', {
        interpreter: chosen.path,
      });
    }
    if (health === 'broken') {
      this.#chosen.clear();
      throw new Failure('engine-broken', { interpreter: chosen.path, reason: detail ?? '' });
    }
    return chosen;
  }

  /** Everything that offers an interpreter for a resource, best first: for the person to choose from. */
  async offered(resource?: vscode.Uri): Promise<InterpreterCandidate[]> {
    return offeredInterpreters(await this.#facts(resource, { asksAll: true }));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  /** Where a setting decides, the Python extension is only woken for the sake of a list (`asksAll`). */
  async #facts(
    resource: vscode.Uri | undefined,
    { asksAll }: { asksAll: boolean },
  ): Promise<InterpreterFacts> {
    const workspaceFolder = this.#folder(resource)?.uri.fsPath;
    const setting = readSettings(resource).interpreter;
    const paths: PathFacts = { home: homedir(), workspaceFolder, platform: process.platform };
    return {
      setting: setting === undefined ? undefined : expandInterpreterPath(setting, paths),
      fromPythonExtension:
        setting === undefined || asksAll
          ? await this.#options.pythonExtension.activeInterpreter(resource)
          : undefined,
      inWorkspace: workspaceFolder === undefined ? [] : await this.#inFolder(workspaceFolder),
      activeEnvironment: await this.#activeEnvironment(),
    };
  }

  #folder(resource?: vscode.Uri): vscode.WorkspaceFolder | undefined {
    const own = resource && vscode.workspace.getWorkspaceFolder(resource);
    return own ?? vscode.workspace.workspaceFolders?.[0];
  }

  async #inFolder(folder: string): Promise<string[]> {
    const pythons = ENVIRONMENT_FOLDERS.map((name) => pythonOf(join(folder, name), process.platform));
    const present = await Promise.all(pythons.map(exists));
    return pythons.filter((_python, position) => present[position]);
  }

  async #activeEnvironment(): Promise<string | undefined> {
    const prefix = process.env.VIRTUAL_ENV ?? process.env.CONDA_PREFIX;
    if (!prefix) return undefined;
    const python = pythonOf(prefix, process.platform);
    return (await exists(python)) ? python : undefined;
  }
}
