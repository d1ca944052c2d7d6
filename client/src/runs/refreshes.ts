/** Gathers what changes of runs into few refreshes of their lines: soon where it matters, seldom for mere progress. */
import type { RunSummary } from '../../../protocol/src/run.ts';
import { openAlerts } from './alerts.ts';
import { isLiveState } from './looks.ts';
import type { TrackedRun } from './store.ts';

/** A line that is redrawn cannot be clicked for a moment, so many changes make one refresh. */
const SOON_MS = 500;
const NO_PLACE = 'null';
/** A hover ends when its line is redrawn: there must be time to read one of a run that logs many steps a second. */
const PROGRESS_MS = 5_000;

export interface RefreshesOptions {
  /** Draws every line anew, or those of some runs. */
  refresh(runIds: readonly string[] | 'all'): void;
  readonly progressMs?: number;
}

export class Refreshes {
  readonly #options: RefreshesOptions;
  /** What was last told of each live run, but for its progress. */
  readonly #known = new Map<string, { readonly sight: string; readonly place: string }>();
  readonly #soon = new Set<string>();
  readonly #later = new Set<string>();
  #isAllStale = false;
  #soonTimer: NodeJS.Timeout | undefined;
  #laterTimer: NodeJS.Timeout | undefined;

  constructor(options: RefreshesOptions) {
    this.#options = options;
  }

  /** A run changed; undefined where runs came or went. */
  note(run: TrackedRun | undefined): void {
    if (!run) {
      this.#all();
      return;
    }
    const { summary } = run;
    const known = this.#known.get(summary.id);
    const now = {
      sight: sightOf(summary),
      place: summary.queuePlace === undefined ? NO_PLACE : JSON.stringify(summary.queuePlace),
    };
    if (isLiveState(summary.state)) this.#known.set(summary.id, now);
    else this.#known.delete(summary.id);
    // Places in a queue are told run by run, and decide on the order of all.
    if ((known?.place ?? NO_PLACE) !== now.place) this.#all();
    else if (known?.sight === now.sight) this.#add(summary.id, this.#later);
    else this.#add(summary.id, this.#soon);
  }

  /** Draws the line of a run anew that says something else by now. */
  demand(runId: string): void {
    this.#add(runId, this.#soon);
  }

  dispose(): void {
    clearTimeout(this.#soonTimer);
    clearTimeout(this.#laterTimer);
  }

  #all(): void {
    this.#isAllStale = true;
    this.#start();
  }

  #add(runId: string, stale: Set<string>): void {
    stale.add(runId);
    this.#start();
  }

  #start(): void {
    if (this.#isAllStale || this.#soon.size > 0)
      this.#soonTimer ??= setTimeout(() => this.#flushSoon(), SOON_MS);
    if (this.#later.size > 0) {
      const { progressMs = PROGRESS_MS } = this.#options;
      this.#laterTimer ??= setTimeout(() => this.#flushLater(), progressMs);
    }
  }

  #flushSoon(): void {
    this.#soonTimer = undefined;
    const runIds = this.#isAllStale ? 'all' : [...this.#soon];
    // What is drawn now has its progress in it.
    if (runIds === 'all') this.#later.clear();
    else for (const id of runIds) this.#later.delete(id);
    this.#isAllStale = false;
    this.#soon.clear();
    this.#options.refresh(runIds);
  }

  #flushLater(): void {
    this.#laterTimer = undefined;
    const runIds = [...this.#later];
    this.#later.clear();
    if (runIds.length > 0) this.#options.refresh(runIds);
  }
}

function sightOf(summary: RunSummary): string {
  const { state, attempt, stopWhen, cause, progress } = summary;
  const alerts = (summary.alerts ?? []).map(({ id, endedAtMs }) => [id, endedAtMs]);
  const hasAlert = openAlerts(summary).length > 0;
  return JSON.stringify([state, attempt, stopWhen, cause?.code, progress !== undefined, hasAlert, alerts]);
}
