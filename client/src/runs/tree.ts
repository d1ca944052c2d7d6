/** The Runs view: hosts, and their runs beneath, newest first; at the end a line that lists older ones. */
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
/** Leads to the runs that are not listed. */
export interface OlderNode {
  readonly kind: 'older';
}
export type RunsNode = HostNode | RunNode | OlderNode;

const OLDER: OlderNode = { kind: 'older' };

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
  readonly #hosts = new Map<string, HostNode>();
  readonly #runs = new Map<string, RunNode>();
  readonly #subscription: vscode.Disposable;
  readonly #refreshes: Refreshes;
  #clock: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(options: RunsTreeOptions) {
    this.#options = options;
    this.#refreshes = new Refreshes({
      refresh: (runIds) => {
        const nodes = runIds === 'all' ? [undefined] : runIds.flatMap((id) => this.#runs.get(id) ?? []);
        for (const node of nodes) this.#changed.fire(node);
      },
    });
    this.#subscription = options.store.onDidChange((run) => this.#note(run));
  }

  async getChildren(parent?: RunsNode): Promise<RunsNode[]> {
    const { store, ensureWatched } = this.#options;
    if (parent?.kind === 'host') {
      const ofHost = store.runs().filter(({ summary }) => summary.host === parent.host);
      return queuedFirst(ofHost).map(({ summary }) => this.#run(summary.id));
    }
    if (parent) return [];
    await ensureWatched();
    const runs = store.runs();
    this.#forgetAllBut(runs);
    const hosts = [...new Set(runs.map(({ summary }) => summary.host))].map((host) => this.#host(host));
    return store.olderCount > 0 ? [...hosts, OLDER] : hosts;
  }

  getParent(node: RunsNode): RunsNode | undefined {
    if (node.kind !== 'run') return undefined;
    const host = this.#options.store.find(node.runId)?.summary.host;
    return host === undefined ? undefined : this.#host(host);
  }

  getTreeItem(node: RunsNode): vscode.TreeItem {
    if (node.kind === 'host') return hostItem(node);
    if (node.kind === 'older') return olderItem(this.#options.store.olderCount);
    const run = this.#options.store.find(node.runId);
    return run ? runItem(run, node, Date.now()) : new vscode.TreeItem(node.runId);
  }

  /** What a hover says is made when somebody hovers, since most lines of a long list never need it. */
  async resolveTreeItem(item: vscode.TreeItem, node: RunsNode): Promise<vscode.TreeItem> {
    const run = node.kind === 'run' ? this.#options.store.find(node.runId) : undefined;
    if (!run) return item;
    const hasHistory = run.summary.attempt > 1;
    const attempts = hasHistory ? await this.#options.attemptsOf(run).catch(() => []) : [];
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
  #host(host: string): HostNode {
    const node = this.#hosts.get(host) ?? { kind: 'host', host };
    this.#hosts.set(host, node);
    return node;
  }

  #run(runId: string): RunNode {
    const node = this.#runs.get(runId) ?? { kind: 'run', runId };
    this.#runs.set(runId, node);
    return node;
  }

  #forgetAllBut(runs: readonly TrackedRun[]): void {
    const present = new Set(runs.map(({ summary }) => summary.id));
    for (const id of this.#runs.keys()) if (!present.has(id)) this.#runs.delete(id);
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

function olderItem(count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Show older runs ({0})', count));
  item.id = 'older';
  item.contextValue = 'older';
  item.iconPath = new vscode.ThemeIcon('history');
  item.command = { command: 'tunewright.showOlderRuns', title: vscode.l10n.t('Show Older Runs') };
  return item;
}
