/** The Runs view: hosts, and their runs beneath, newest first. */
import * as vscode from 'vscode';
import type { AttemptSummary } from '../../../protocol/src/run.ts';
import { openAlerts } from './alerts.ts';
import { hostText } from './names.ts';
import { queuedFirst } from './order.ts';
import { Refreshes } from './refreshes.ts';
import type { RunStore, TrackedRun } from './store.ts';
import { changesByItself, runItem, runTooltip } from './tree-item.ts';

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

/** How often a line is drawn anew that tells of passing time. */
const CLOCK_INTERVAL_MS = 5_000;

export interface RunsTreeOptions {
  readonly store: RunStore;
  /** Makes sure that the open folders are watched. Failures are its own to show. */
  ensureWatched(): Promise<void>;
  /** The attempts of a run, oldest first. */
  attemptsOf(run: TrackedRun): Promise<readonly AttemptSummary[]>;
}

export class RunsTree implements vscode.TreeDataProvider<RunsNode> {
  readonly #options: RunsTreeOptions;
  readonly #changed = new vscode.EventEmitter<RunsNode | undefined>();
  readonly #nodes = new Map<string, RunsNode>();
  readonly #subscription: vscode.Disposable;
  readonly #refreshes: Refreshes;
  #clock: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(options: RunsTreeOptions) {
    this.#options = options;
    this.#refreshes = new Refreshes({
      refresh: (runIds) => {
        const nodes = runIds === 'all' ? [undefined] : runIds.map((id) => this.#nodes.get(`run:${id}`));
        for (const node of nodes) this.#changed.fire(node);
      },
    });
    this.#subscription = options.store.onDidChange((run) => this.#note(run));
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
    const ofHost = store.runs().filter(({ summary }) => summary.host === parent.host);
    return queuedFirst(ofHost).map(({ summary }) =>
      this.#node(`run:${summary.id}`, { kind: 'run', runId: summary.id }),
    );
  }

  getParent(node: RunsNode): RunsNode | undefined {
    if (node.kind === 'host') return undefined;
    const host = this.#options.store.find(node.runId)?.summary.host;
    return host === undefined ? undefined : this.#node(`host:${host}`, { kind: 'host', host });
  }

  getTreeItem(node: RunsNode): vscode.TreeItem {
    if (node.kind === 'host') return hostItem(node);
    const run = this.#options.store.find(node.runId);
    return run ? runItem(run, node, Date.now()) : new vscode.TreeItem(node.runId);
  }

  /** What a hover says of a run with several attempts is read when somebody hovers. */
  async resolveTreeItem(item: vscode.TreeItem, node: RunsNode): Promise<vscode.TreeItem> {
    const run = node.kind === 'run' ? this.#options.store.find(node.runId) : undefined;
    // The editor asks also where the hover is here already.
    if (!run || item.tooltip !== undefined) return item;
    const attempts = await this.#options.attemptsOf(run).catch(() => []);
    item.tooltip = runTooltip(run, Date.now(), attempts);
    return item;
  }

  dispose(): void {
    this.#refreshes.dispose();
    clearInterval(this.#clock);
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

  /** Draws the lines anew that tell of passing time; stops where there is none. */
  #tick(): void {
    const telling = this.#options.store.liveRuns().filter(({ summary }) => changesByItself(summary));
    for (const { summary } of telling) this.#refreshes.demand(summary.id);
    if (telling.length > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  #note(run: TrackedRun | undefined): void {
    this.#refreshes.note(run);
    this.#clock ??= setInterval(() => this.#tick(), CLOCK_INTERVAL_MS);
  }
}

/** The number on the view: how many runs somebody should look after. */
export function showBadge(view: Pick<vscode.TreeView<unknown>, 'badge'>, store: RunStore): void {
  const alerted = store.liveRuns().filter(({ summary }) => openAlerts(summary).length > 0).length;
  if ((view.badge?.value ?? 0) === alerted) return;
  const tooltip =
    alerted === 1 ? vscode.l10n.t('1 run has an alert') : vscode.l10n.t('{0} runs have alerts', alerted);
  view.badge = alerted === 0 ? undefined : { value: alerted, tooltip };
}

function hostItem({ host }: HostNode): vscode.TreeItem {
  const item = new vscode.TreeItem(hostText(host), vscode.TreeItemCollapsibleState.Expanded);
  item.id = `host:${host}`;
  item.contextValue = 'host';
  item.iconPath = new vscode.ThemeIcon('device-desktop');
  return item;
}
