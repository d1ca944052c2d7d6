/** Where the runs of a file or of a workspace folder are kept, and which of these places the store watches. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import { errorForLog } from '../log.ts';
import type { RunStore } from './store.ts';

/** The root of the runs of a workspace folder. The bridge creates it, with a .gitignore, at the first run. */
function rootIn(folder: string): string {
  return join(folder, '.tunewright', 'runs');
}

/** Roots of the open folders that are on a disk. */
export function workspaceRoots(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => rootIn(uri.fsPath));
}

/** The root for a config: that of its workspace folder, or beside it where it is in none. */
export function rootOf(config: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(config);
  return rootIn(folder?.uri.scheme === 'file' ? folder.uri.fsPath : dirname(config.fsPath));
}

/** Watches the roots of the open folders, once somebody wants to see runs. */
export class WatchedRoots {
  readonly #store: RunStore;
  readonly #log: Log;
  readonly #subscription: vscode.Disposable;
  #isWanted = false;

  constructor(store: RunStore, log: Log) {
    this.#store = store;
    this.#log = log;
    this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      store.keepOnly(workspaceRoots());
      if (this.#isWanted) void this.ensure();
    });
  }

  /** Never rejects: a root that cannot be watched is logged, and the view says so through the bridge's state. */
  async ensure(): Promise<void> {
    this.#isWanted = true;
    if (!vscode.workspace.isTrusted) return;
    await Promise.all(
      workspaceRoots().map(async (root) => {
        try {
          await this.#store.watch(root);
        } catch (error) {
          this.#log.warn(`Runs of ${root} cannot be watched: ${errorForLog(error)}`);
        }
      }),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
