/** The Runs view: hosts, and their runs beneath, newest first. */
import * as vscode from 'vscode';
import { isLiveState, STATE_LOOKS } from './looks.ts';
import type { RunStore, TrackedRun } from './store.ts';
import { hostText, runDescription, runDetails, runLabel, stateText } from './texts.ts';

export interface HostNode {
  readonly kind: 'host';
  readonly host: string;
}
export interface RunNode {
  readonly kind: 'run';
  readonly runId: string;
}
export type RunsNode = HostNode | RunNode;

export function isRunNode(value: unknown): value is RunNode {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'run' && 'runId' in value
  );
}

/** A line that is redrawn cannot be clicked for a moment, so it is not redrawn with every step. */
const REFRESH_INTERVAL_MS = 500;

export interface RunsTreeOptions {
  readonly store: RunStore;
  /** Makes sure that the open folders are watched. Failures are its own to show. */
  ensureWatched(): Promise<void>;
}

export class RunsTree implements vscode.TreeDataProvider<RunsNode> {
  readonly #options: RunsTreeOptions;
  readonly #changed = new vscode.EventEmitter<RunsNode | undefined>();
  readonly #nodes = new Map<string, RunsNode>();
  readonly #subscription: vscode.Disposable;
  readonly #stale = new Set<string>();
  #isAllStale = false;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(options: RunsTreeOptions) {
    this.#options = options;
    this.#subscription = options.store.onDidChange((run) => this.#refreshSoon(run));
  }

  async getChildren(parent?: RunsNode): Promise<RunsNode[]> {
    const { store, ensureWatched } = this.#options;
    if (parent?.kind === 'run') return [];
    if (parent === undefined) {
      await ensureWatched();
      return [...new Set(store.runs().map(({ summary }) => summary.host))].map((host) =>
        this.#node(`host:${host}`, { kind: 'host', host }),
      );
    }
    return store
      .runs()
      .filter(({ summary }) => summary.host === parent.host)
      .map(({ summary }) => this.#node(`run:${summary.id}`, { kind: 'run', runId: summary.id }));
  }

  getParent(node: RunsNode): RunsNode | undefined {
    if (node.kind === 'host') return undefined;
    const host = this.#options.store.find(node.runId)?.summary.host;
    return host === undefined ? undefined : this.#node(`host:${host}`, { kind: 'host', host });
  }

  getTreeItem(node: RunsNode): vscode.TreeItem {
    if (node.kind === 'host') return hostItem(node);
    const run = this.#options.store.find(node.runId);
    return run ? runItem(run, node) : new vscode.TreeItem(node.runId);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** The editor compares nodes by identity, so each has one object. */
  #node(key: string, node: RunsNode): RunsNode {
    const known = this.#nodes.get(key);
    if (known) return known;
    this.#nodes.set(key, node);
    return node;
  }

  #refreshSoon(run: TrackedRun | undefined): void {
    if (run) this.#stale.add(run.summary.id);
    else this.#isAllStale = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const stale = this.#isAllStale
        ? [undefined]
        : [...this.#stale].map((id) => this.#nodes.get(`run:${id}`));
      this.#isAllStale = false;
      this.#stale.clear();
      for (const node of stale) this.#changed.fire(node);
    }, REFRESH_INTERVAL_MS);
  }
}

function hostItem({ host }: HostNode): vscode.TreeItem {
  const item = new vscode.TreeItem(hostText(host), vscode.TreeItemCollapsibleState.Expanded);
  item.id = `host:${host}`;
  item.contextValue = 'host';
  item.iconPath = new vscode.ThemeIcon('device-desktop');
  return item;
}

/** A run's line in the tree. */
export function runItem(run: TrackedRun, node: RunNode): vscode.TreeItem {
  const { summary, losses } = run;
  const look = STATE_LOOKS[summary.state];
  const item = new vscode.TreeItem(runLabel(summary), vscode.TreeItemCollapsibleState.None);
  item.id = `run:${summary.id}`;
  item.description = runDescription(summary, losses);
  item.iconPath = new vscode.ThemeIcon(
    look.icon,
    look.color === undefined ? undefined : new vscode.ThemeColor(look.color),
  );
  item.contextValue = isLiveState(summary.state) ? 'run.live' : 'run.ended';
  item.tooltip = runTooltip(run);
  item.accessibilityInformation = {
    label: `${runLabel(summary)}, ${stateText(summary.state)}, ${runDescription(summary, [])}`,
  };
  item.command = {
    command: 'tunewright.openDashboard',
    title: vscode.l10n.t('Open Dashboard'),
    arguments: [node],
  };
  return item;
}

function runTooltip({ summary }: TrackedRun): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown('**').appendText(runLabel(summary)).appendMarkdown('**\n\n');
  for (const [name, value] of runDetails(summary, Date.now())) {
    text.appendMarkdown('- ').appendText(`${name}: ${value}`).appendMarkdown('\n');
  }
  return text;
}
