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
  readonly #changed = new vscode.EventEmitter<void>();
  /** Roots of which it is known that they cannot be listed now, or that nothing has run there. */
  readonly #given = new Map<string, 'empty' | 'failed'>();
  #isWanted = false;

  /** Whether the runs of a root are being looked for may have changed. */
  readonly onDidChange = this.#changed.event;

  constructor(store: RunStore, log: Log) {
    this.#store = store;
    this.#log = log;
    this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      store.keepOnly(workspaceRoots());
      if (this.#isWanted) void this.ensure();
    });
  }

  /** Whether the runs of a config are not known yet and soon will be. */
  isLookingFor(config: vscode.Uri): boolean {
    const root = rootOf(config);
    return (
      vscode.workspace.isTrusted &&
      workspaceRoots().includes(root) &&
      !this.#store.isListed(root) &&
      !this.#given.has(root)
    );
  }

  /** Never rejects: a root that cannot be watched is logged, and the view says so through the bridge's state. */
  async ensure(): Promise<void> {
    this.#isWanted = true;
    if (!vscode.workspace.isTrusted) return;
    await Promise.all(
      workspaceRoots().map(async (root) => {
        const watched = this.#store.watch(root);
        // Where nothing has run yet there is nothing to wait for, however slow the bridge starts.
        if (!this.#store.isListed(root)) void this.#lookWhetherEmpty(root);
        try {
          await watched;
          this.#given.delete(root);
        } catch (error) {
          this.#give(root, 'failed');
          this.#log.warn(`Runs of ${root} cannot be watched: ${errorForLog(error)}`);
        }
      }),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #lookWhetherEmpty(root: string): Promise<void> {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.file(root));
    } catch {
      this.#give(root, 'empty');
    }
  }

  #give(root: string, what: 'empty' | 'failed'): void {
    if (this.#given.get(root) === what) return;
    this.#given.set(root, what);
    this.#changed.fire();
  }
}
