/** Every run of the open folders, kept current by the bridge's `runs/watch`. Knows no widget. */
import * as vscode from 'vscode';
import type { Alert } from '../../../protocol/src/alert.ts';
import type { RunsChanged } from '../../../protocol/src/bridge.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import type { BridgeCalls } from '../bridge/bridge.ts';
import { errorForLog, type Log } from '../log.ts';
import { isLiveState } from './looks.ts';
import { LossHistory } from './loss-history.ts';

/** How many runs of a root are listed at first, newest first. */
const FIRST_LIMIT = 200;
/** How many times as many are listed when a person asks for older ones. */
const MORE = 10;
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

/** A run that was taken in, and how it was known before. */
interface News {
  readonly entry: Entry;
  readonly before: RunSummary | undefined;
}

export class RunStore {
  readonly #options: RunStoreOptions;
  readonly #roots = new Set<string>();
  readonly #entries = new Map<string, Entry>();
  readonly #watches = new Map<string, Promise<void>>();
  /** Roots whose list has been here at least once, with the number of their runs, listed or not. */
  readonly #totals = new Map<string, number>();
  #limit = FIRST_LIMIT;
  /** Newest first; undefined where runs came or went since it was made. */
  #sorted: readonly Entry[] | undefined;
  readonly #changed = new vscode.EventEmitter<TrackedRun | undefined>();
  readonly #ended = new vscode.EventEmitter<TrackedRun>();
  readonly #retried = new vscode.EventEmitter<Retry>();
  readonly #alerted = new vscode.EventEmitter<NewAlerts>();
  readonly #subscriptions: vscode.Disposable[];

  /** A run changed; undefined where runs came or went, or a whole list was read anew. */
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
    return this.#totals.has(root);
  }

  /** Stops watching the roots that are not in `roots`. */
  keepOnly(roots: readonly string[]): void {
    for (const root of [...this.#roots].filter((known) => !roots.includes(known))) {
      this.#roots.delete(root);
      this.#watches.delete(root);
      this.#totals.delete(root);
      for (const [id, entry] of this.#entries) if (entry.root === root) this.#remove(id);
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

  /** How many runs there are that are older than those listed. */
  get olderCount(): number {
    const total = [...this.#totals.values()].reduce((sum, count) => sum + count, 0);
    return Math.max(0, total - this.#entries.size);
  }

  /** Lists many more of the older runs. */
  async showOlder(): Promise<void> {
    this.#limit *= MORE;
    await this.refresh();
  }

  /** Newest first. */
  runs(): TrackedRun[] {
    return this.#newestFirst().map(tracked);
  }

  find(runId: string): TrackedRun | undefined {
    const entry = this.#entries.get(runId);
    return entry && tracked(entry);
  }

  /** Runs of one config, newest first. */
  runsOf(configPath: string): TrackedRun[] {
    return this.#having(({ configPath: path }) => path === configPath);
  }

  liveRuns(): TrackedRun[] {
    return this.#having(({ state }) => isLiveState(state));
  }

  /** Takes what a request answered, ahead of the notification that says the same. */
  accept(root: string, summary: RunSummary): TrackedRun {
    const total = this.#totals.get(root);
    if (total !== undefined && !this.#entries.has(summary.id)) this.#totals.set(root, total + 1);
    return tracked(this.#accept(root, summary));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#ended.dispose();
    this.#retried.dispose();
    this.#alerted.dispose();
  }

  #newestFirst(): readonly Entry[] {
    this.#sorted ??= [...this.#entries.values()].sort(
      (one, other) => other.summary.createdAtMs - one.summary.createdAtMs,
    );
    return this.#sorted;
  }

  #having(fits: (run: RunSummary) => boolean): TrackedRun[] {
    return this.#newestFirst()
      .filter(({ summary }) => fits(summary))
      .map(tracked);
  }

  async #list(root: string): Promise<void> {
    const limit = this.#limit;
    const { runs, total } = await this.#options.bridge.request('runs/watch', { root, limit });
    if (!this.#roots.has(root)) return;
    const present = new Set(runs.map(({ id }) => id));
    for (const [id, entry] of this.#entries) {
      if (entry.root === root && !present.has(id)) this.#remove(id);
    }
    const isFirstLook = !this.isListed(root);
    this.#totals.set(root, total);
    const news = runs.map((run) => this.#put(root, run));
    // Whoever listens looks at everything: once for a list, however long it is.
    this.#changed.fire(undefined);
    for (const each of news) this.#tell(each, { stoodBefore: isFirstLook });
  }

  #take({ root, changed, removed, total }: RunsChanged): void {
    if (!this.#roots.has(root)) return;
    const olderBefore = this.olderCount;
    if (this.isListed(root)) this.#totals.set(root, total);
    for (const id of removed) this.#remove(id);
    if (removed.length > 0) this.#changed.fire(undefined);
    for (const summary of changed) this.#accept(root, summary);
    if (this.olderCount !== olderBefore) this.#changed.fire(undefined);
  }

  #accept(root: string, summary: RunSummary): Entry {
    const news = this.#put(root, summary);
    this.#changed.fire(news.before ? tracked(news.entry) : undefined);
    this.#tell(news, { stoodBefore: false });
    return news.entry;
  }

  #remove(id: string): void {
    if (this.#entries.delete(id)) this.#sorted = undefined;
  }

  #put(root: string, summary: RunSummary): News {
    const known = this.#entries.get(summary.id);
    const before = known?.summary;
    const entry = known ?? { root, summary, history: new LossHistory() };
    // Progress is not part of every message; what was known stays true.
    entry.summary =
      summary.progress === undefined && before?.progress !== undefined
        ? { ...summary, progress: before.progress }
        : summary;
    if (!known) {
      this.#entries.set(summary.id, entry);
      this.#sorted = undefined;
    }
    entry.history.add(entry.summary.progress);
    if (!known && isLiveState(summary.state) && summary.progress) void this.#seedHistory(entry);
    return { entry, before };
  }

  #tell({ entry, before }: News, { stoodBefore }: Pick<NewAlerts, 'stoodBefore'>): void {
    const alerts = newAlerts(entry.summary, before);
    if (alerts.length > 0) this.#alerted.fire({ run: tracked(entry), alerts, stoodBefore });
    if (before) this.#tellOfEnd(tracked(entry), before);
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
