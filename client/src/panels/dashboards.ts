/** All open dashboards: one for each run, found again after the window is reloaded. */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { BridgeCalls } from '../bridge/bridge.ts';
import type { DeviceStore } from '../devices/store.ts';
import { errorForLog, type Log } from '../log.ts';
import type { RunFollower } from '../runs/follower.ts';
import { runLabel } from '../runs/names.ts';
import type { RunStore } from '../runs/store.ts';
import type { Dashboard } from './dashboard.ts';
import { page } from './page.ts';

const VIEW_TYPE = 'tunewright.dashboard';

export interface DashboardsOptions {
  readonly bridge: BridgeCalls;
  readonly runs: RunStore;
  readonly follower: RunFollower;
  readonly devices: DeviceStore;
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
}

/** Which run a panel shows. */
export interface DashboardAddress {
  readonly root: string;
  readonly runId: string;
  readonly title: string;
}

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly dashboard: Promise<Dashboard>;
}

export class Dashboards implements vscode.WebviewPanelSerializer {
  readonly #options: DashboardsOptions;
  readonly #open = new Map<string, OpenPanel>();
  readonly #serializer: vscode.Disposable;

  constructor(options: DashboardsOptions) {
    this.#options = options;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
  }

  /** Shows the dashboard of a run: the open one where there is one. */
  show(address: DashboardAddress, { column }: { readonly column: vscode.ViewColumn }): void {
    const known = this.#open.get(address.runId);
    if (known) {
      known.panel.reveal(undefined, false);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      VIEW_TYPE,
      address.title,
      { viewColumn: column, preserveFocus: column === vscode.ViewColumn.Beside },
      { retainContextWhenHidden: true, enableFindWidget: true },
    );
    this.#host(panel, address);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const address = addressOf(state);
    if (!address || this.#open.has(address.runId)) {
      panel.dispose();
      return;
    }
    this.#host(panel, address);
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const { panel } of this.#open.values()) panel.dispose();
  }

  #host(panel: vscode.WebviewPanel, address: DashboardAddress): void {
    const { extensionUri, runs, log } = this.#options;
    const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webviews');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.iconPath = new vscode.ThemeIcon('graph-line');
    const dashboard = import('./dashboard.ts').then(
      ({ Dashboard }) => new Dashboard({ ...this.#options, panel, root: address.root, runId: address.runId }),
    );
    dashboard.catch((error: unknown) => log.error(`A dashboard does not start: ${errorForLog(error)}`));
    this.#open.set(address.runId, { panel, dashboard });
    const watched = runs.onDidChange((changed) => {
      const run = changed ?? runs.find(address.runId);
      if (run?.summary.id === address.runId) panel.title = runLabel(run.summary);
    });
    panel.onDidDispose(() => {
      watched.dispose();
      this.#open.delete(address.runId);
      dashboard.then(
        (opened) => opened.dispose(),
        () => undefined,
      );
    });
    // The page is loaded once the dashboard listens, so that its first word is heard.
    dashboard.then(
      () => {
        webview.html = page({
          title: address.title,
          language: vscode.env.language,
          rootId: 'dashboard',
          scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'dashboard.js')).toString(),
          styleUri: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'dashboard.css')).toString(),
          cspSource: webview.cspSource,
          nonce: randomBytes(16).toString('base64url'),
        });
      },
      () => undefined,
    );
  }
}

/** The address that a page kept in its state; undefined where another version wrote something else. */
export function addressOf(state: unknown): DashboardAddress | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  if (!('runId' in state && 'runDirectory' in state)) return undefined;
  const { runId, runDirectory } = state;
  if (typeof runId !== 'string' || typeof runDirectory !== 'string') return undefined;
  return { root: dirname(runDirectory), runId, title: runId };
}
