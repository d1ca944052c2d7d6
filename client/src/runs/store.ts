/** Every run of the open folders, kept current by the bridge's `runs/watch`. Knows no widget. */
import * as vscode from 'vscode';
import type { Alert } from '../../../protocol/src/alert.ts';
import type { RunsChanged } from '../../../protocol/src/bridge.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import type { BridgeCalls } from '../bridge/bridge.ts';
import { errorForLog, type Log } from '../log.ts';
import { isLiveState } from './looks.ts';
import { LossHistory } from './loss-history.ts';

/** How many runs of a root are listed, newest first. */
const LIST_LIMIT = 200;
const SEED_BUCKETS = 24;

/** A run and the folder of runs that it lives in. */
export interface TrackedRun {
  readonly root: string;
  readonly summary: RunSummary;
  /** The last losses that were seen, oldest first; bounded. */
  readonly losses: readonly number[];
}

/** An attempt ended early, and the run goes on with another by itself. */
export interface Retry {
  readonly run: TrackedRun;
  /** The run as it was last seen in the attempt that ended. */
  readonly before: RunSummary;
}

/** Alerts of a run that were not known a moment ago. */
export interface NewAlerts {
  readonly run: TrackedRun;
  readonly alerts: readonly Alert[];
  /** They were there when this window first looked at the run's folder. */
  readonly stoodBefore: boolean;
}

export interface RunStoreOptions {
  readonly bridge: BridgeCalls;
  readonly log: Log;
}

interface Entry {
  root: string;
  summary: RunSummary;
  history: LossHistory;
}

export class RunStore {
  readonly #options: RunStoreOptions;
  readonly #roots = new Set<string>();
  readonly #entries = new Map<string, Entry>();
  readonly #watches = new Map<string, Promise<void>>();
  /** Roots whose list has been here at least once. */
  readonly #listed = new Set<string>();
  readonly #changed = new vscode.EventEmitter<TrackedRun | undefined>();
  readonly #ended = new vscode.EventEmitter<TrackedRun>();
  readonly #retried = new vscode.EventEmitter<Retry>();
  readonly #alerted = new vscode.EventEmitter<NewAlerts>();
  readonly #subscriptions: vscode.Disposable[];

  /** A run changed; undefined where runs came or went. */
  readonly onDidChange = this.#changed.event;
  /** A run that was live while this window looked has ended. */
  readonly onDidEnd = this.#ended.event;
  readonly onDidRetry = this.#retried.event;
  readonly onDidAlert = this.#alerted.event;

  constructor(options: RunStoreOptions) {
    this.#options = options;
    const { bridge } = options;
    this.#subscriptions = [
      bridge.onNotice('runs/changed', (notice) => this.#take(notice)),
      bridge.onDidStart(() => this.#watchAgain()),
    ];
  }

  /** Watches a folder of runs from now on. Resolves when its list is here; rejects where it cannot be had. */
  watch(root: string): Promise<void> {
    this.#roots.add(root);
    const running = this.#watches.get(root);
    if (running) return running;
    const watch = this.#list(root);
    this.#watches.set(root, watch);
    watch.catch(() => this.#watches.delete(root));
    return watch;
  }

  /** Whether the runs of a root are known; what was once listed stays known while the bridge is started anew. */
  isListed(root: string): boolean {
    return this.#listed.has(root);
  }

  /** Stops watching the roots that are not in `roots`. */
  keepOnly(roots: readonly string[]): void {
    for (const root of [...this.#roots].filter((known) => !roots.includes(known))) {
      this.#roots.delete(root);
      this.#watches.delete(root);
      this.#listed.delete(root);
      for (const [id, entry] of this.#entries) if (entry.root === root) this.#entries.delete(id);
      this.#options.bridge
        .request('runs/unwatch', { root })
        .catch((error: unknown) => this.#options.log.warn(errorForLog(error)));
      this.#changed.fire(undefined);
    }
  }

  /** Asks for every list anew. */
  async refresh(): Promise<void> {
    this.#watches.clear();
    await Promise.all([...this.#roots].map((root) => this.watch(root)));
  }

  /** Newest first. */
  runs(): TrackedRun[] {
    return [...this.#entries.values()]
      .map(tracked)
      .sort((one, other) => other.summary.createdAtMs - one.summary.createdAtMs);
  }

  find(runId: string): TrackedRun | undefined {
    const entry = this.#entries.get(runId);
    return entry && tracked(entry);
  }

  /** Runs of one config, newest first. */
  runsOf(configPath: string): TrackedRun[] {
    return this.runs().filter(({ summary }) => summary.configPath === configPath);
  }

  liveRuns(): TrackedRun[] {
    return this.runs().filter(({ summary }) => isLiveState(summary.state));
  }

  /** Takes what a request answered, ahead of the notification that says the same. */
  accept(root: string, summary: RunSummary): TrackedRun {
    const entry = this.#put(root, summary);
    return tracked(entry);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#ended.dispose();
    this.#retried.dispose();
    this.#alerted.dispose();
  }

  async #list(root: string): Promise<void> {
    const { runs } = await this.#options.bridge.request('runs/watch', { root, limit: LIST_LIMIT });
    if (!this.#roots.has(root)) return;
    const present = new Set(runs.map(({ id }) => id));
    for (const [id, entry] of this.#entries) {
      if (entry.root === root && !present.has(id)) this.#entries.delete(id);
    }
    const isFirstLook = !this.#listed.has(root);
    this.#listed.add(root);
    for (const run of runs) this.#put(root, run, { isFirstLook });
    this.#changed.fire(undefined);
  }

  #take({ root, changed, removed }: RunsChanged): void {
    if (!this.#roots.has(root)) return;
    for (const id of removed) this.#entries.delete(id);
    for (const summary of changed) this.#put(root, summary);
    if (removed.length > 0) this.#changed.fire(undefined);
  }

  #put(root: string, summary: RunSummary, { isFirstLook = false } = {}): Entry {
    const known = this.#entries.get(summary.id);
    const alerts = newAlerts(summary, known?.summary);
    const entry = known ?? { root, summary, history: new LossHistory() };
    const before = known?.summary;
    // Progress is not part of every message; what was known stays true.
    entry.summary =
      summary.progress === undefined && known?.summary.progress !== undefined
        ? { ...summary, progress: known.summary.progress }
        : summary;
    if (!known) this.#entries.set(summary.id, entry);
    entry.history.add(entry.summary.progress);
    if (!known && isLiveState(summary.state) && summary.progress) void this.#seedHistory(entry);
    this.#changed.fire(known ? tracked(entry) : undefined);
    if (alerts.length > 0) this.#alerted.fire({ run: tracked(entry), alerts, stoodBefore: isFirstLook });
    if (before) this.#tellOfEnd(tracked(entry), before);
    return entry;
  }

  /** The bridge ends an attempt and begins its retry in one step, so that the end itself may never be seen. */
  #tellOfEnd(run: TrackedRun, before: RunSummary): void {
    const { state, attempt, cause } = run.summary;
    if (isLiveState(before.state) && !isLiveState(state)) this.#ended.fire(run);
    else if (attempt > before.attempt && cause?.code === 'retry') this.#retried.fire({ run, before });
  }

  async #seedHistory(entry: Entry): Promise<void> {
    try {
      const { series } = await this.#options.bridge.request('metrics/query', {
        root: entry.root,
        runId: entry.summary.id,
        series: ['loss'],
        maxBuckets: SEED_BUCKETS,
      });
      const loss = series.find(({ name }) => name === 'loss');
      if (!loss) return;
      entry.history.seed(loss);
      this.#changed.fire(tracked(entry));
    } catch (error) {
      this.#options.log.debug(`No earlier losses of ${entry.summary.id}: ${errorForLog(error)}`);
    }
  }

  #watchAgain(): void {
    for (const root of this.#roots) {
      const watch = this.#list(root);
      this.#watches.set(root, watch);
      watch.catch((error: unknown) => {
        this.#watches.delete(root);
        this.#options.log.warn(`Runs of ${root} cannot be watched: ${errorForLog(error)}`);
      });
    }
  }
}

/** An alert that comes back after it had ended is a new one. */
function newAlerts(summary: RunSummary, known: RunSummary | undefined): Alert[] {
  const isKnown = ({ id, attempt, atMs }: Alert) =>
    known?.alerts?.some((other) => other.id === id && other.attempt === attempt && other.atMs === atMs);
  return (summary.alerts ?? []).filter((alert) => !isKnown(alert));
}

function tracked({ root, summary, history }: Entry): TrackedRun {
  return { root, summary, losses: history.losses };
}
