/** All that a dashboard knows of its run: takes the panel's messages and says which parts changed. No DOM here. */
import type { ResumePoint } from '../../../protocol/src/checkpoint.ts';
import type { HostSample } from '../../../protocol/src/device.ts';
import type { MetricPoint } from '../../../protocol/src/metric.ts';
import { fromMetricNumber } from '../../../protocol/src/number.ts';
import { isLive, type RunProgress, type RunSummary } from '../../../protocol/src/run.ts';
import type { FromDashboard, ShownAlert, ToDashboard } from '../../../protocol/src/webview.ts';
import { type EpochScale, epochScale } from './epochs.ts';
import { LogLines } from './log-lines.ts';
import { BucketSeries } from './series.ts';

export type Part = 'run' | 'config' | 'metrics' | 'log' | 'devices' | 'notice';

/** A piece of the step axis; both ends belong to it. */
export interface StepWindow {
  fromStep: number;
  toStep: number;
}

export type Query = Extract<FromDashboard, { type: 'query' }>;
type Opened = Extract<ToDashboard, { type: 'open' }>;

/** The series that carries the epoch of each step. */
export const EPOCH_SERIES = 'epoch';

/** A best value and where it was reached. */
export interface Best {
  value: number;
  step: number;
}

export class RunModel {
  readonly maxBuckets: number;
  readonly log = new LogLines();
  run: RunSummary;
  /** Why the run is in its state, in the editor's language. */
  reason: string | undefined;
  /** Of every attempt, oldest first. */
  alerts: ShownAlert[] = [];
  /** Where later attempts went on; `attempt` is the one that did. */
  resumes: ResumePoint[] = [];
  configText: string;
  progress: RunProgress | undefined;
  sample: HostSample | undefined;
  /** What the panel could not do. */
  notice: string | undefined;
  /** The part of the axis on show; undefined for all of it. */
  window: StepWindow | undefined;
  /** True where a point did not fit behind the known ones, so that the bridge must be asked again. */
  isStale = false;
  /** True until the attempt that went on from a checkpoint has logged: its points replace those behind the checkpoint. */
  #isUnstitched = false;
  #series = new Map<string, BucketSeries>();
  /** Finer buckets of the window, once they are here. */
  #detail = new Map<string, BucketSeries>();
  #requestId = 0;
  #awaited = new Map<number, StepWindow | 'all'>();

  constructor(opened: Opened, maxBuckets: number) {
    this.maxBuckets = maxBuckets;
    this.run = opened.run.summary;
    this.configText = opened.run.configText;
    this.#open(opened);
  }

  /** Names of all series, in the order in which they were first seen. */
  get seriesNames(): string[] {
    return [...this.#series.keys()];
  }

  get isRunLive(): boolean {
    return isLive(this.run.state);
  }

  get hasPoints(): boolean {
    return [...this.#series.values()].some((series) => series.pointCount > 0);
  }

  /** The series over the whole run. */
  whole(name: string): BucketSeries | undefined {
    return this.#series.get(name);
  }

  /** The series at the resolution to be drawn now. */
  shown(name: string): BucketSeries | undefined {
    return (this.window && this.#detail.get(name)) ?? this.#series.get(name);
  }

  /** First and last step of all charts; undefined while there is no point. */
  get extent(): StepWindow | undefined {
    let fromStep = Number.POSITIVE_INFINITY;
    let toStep = Number.NEGATIVE_INFINITY;
    for (const [name, series] of this.#series) {
      if (name === EPOCH_SERIES) continue;
      fromStep = Math.min(fromStep, series.firstStep ?? fromStep);
      toStep = Math.max(toStep, series.lastStep ?? toStep);
    }
    return fromStep <= toStep ? { fromStep, toStep } : undefined;
  }

  get epochs(): EpochScale | undefined {
    return epochScale(this.#series.get(EPOCH_SERIES), this.progress);
  }

  get bestEvalLoss(): Best | undefined {
    const lowest = this.#series.get('eval_loss')?.lowest();
    return lowest && { value: lowest.minimum, step: lowest.minimumStep };
  }

  /** Takes a message in. Returns the parts that it changed. */
  apply(message: ToDashboard): Part[] {
    switch (message.type) {
      case 'open':
        this.#open(message);
        return ['run', 'config', 'metrics', 'log'];
      case 'run':
        return this.#summaryChanged(message);
      case 'appended':
        return this.#appended(message);
      case 'metrics':
        return this.#answered(message);
      case 'devices':
        this.sample = message.sample;
        return ['devices'];
      case 'failed':
        this.notice = message.message;
        return ['notice'];
    }
  }

  /** Shows a part of the axis, or all of it; returns what to ask the panel, if anything. */
  zoom(window: StepWindow | undefined): Query | undefined {
    this.window = window;
    this.#detail = new Map();
    for (const [id, awaited] of this.#awaited) if (awaited !== 'all') this.#awaited.delete(id);
    if (window === undefined || !this.#isCoarse()) return undefined;
    return this.#query(window);
  }

  /** Asks for everything once more. */
  refresh(): Query {
    this.isStale = false;
    return this.#query('all');
  }

  #isCoarse(): boolean {
    return [...this.#series.values()].some((series) => series.buckets.length < series.pointCount);
  }

  #query(wanted: StepWindow | 'all'): Query {
    this.#requestId += 1;
    this.#awaited.set(this.#requestId, wanted);
    const query: Query = { type: 'query', requestId: this.#requestId, maxBuckets: this.maxBuckets };
    return wanted === 'all' ? query : { ...query, ...wanted };
  }

  #open(opened: Opened): void {
    this.run = opened.run.summary;
    this.reason = opened.reason ?? this.run.reason;
    this.alerts = opened.alerts ?? [];
    this.resumes = opened.run.attempts.flatMap(({ number, resumedFrom }) =>
      resumedFrom === undefined ? [] : [{ ...resumedFrom, attempt: number }],
    );
    this.configText = opened.run.configText;
    this.progress = opened.metrics.progress ?? opened.run.summary.progress;
    this.notice = undefined;
    this.isStale = false;
    this.#isUnstitched = this.resumes.some(({ attempt }) => attempt === this.run.attempt);
    this.#series = this.#read(opened.metrics.series);
    this.#detail = new Map();
    this.log.clear();
    this.log.append(opened.log);
  }

  #read(series: Opened['metrics']['series']): Map<string, BucketSeries> {
    return new Map(series.map((wire) => [wire.name, BucketSeries.fromWire(wire, this.maxBuckets)]));
  }

  #summaryChanged({ run, reason, alerts = [] }: Extract<ToDashboard, { type: 'run' }>): Part[] {
    const hasNewAttempt = run.attempt !== this.run.attempt;
    this.run = run;
    this.reason = reason ?? run.reason;
    this.progress = run.progress ?? this.progress;
    const hasNewAlerts = this.#takeAlerts(alerts);
    if (!hasNewAttempt) return hasNewAlerts ? ['run', 'metrics'] : ['run'];
    // The log is the latest attempt's, and its metrics go on from a checkpoint that lies behind the last point.
    this.log.clear();
    this.isStale = true;
    return ['run', 'log'];
  }

  /** Takes in alerts that are new or have ended; whether there were any. */
  #takeAlerts(alerts: readonly ShownAlert[]): boolean {
    const keyOf = ({ alert }: ShownAlert) => `${alert.attempt}/${alert.id}/${alert.atMs}`;
    const known = new Map(this.alerts.map((shown) => [keyOf(shown), shown]));
    const isNew = alerts.some((shown) => {
      const before = known.get(keyOf(shown));
      return before === undefined || before.alert.endedAtMs !== shown.alert.endedAtMs;
    });
    if (!isNew) return false;
    for (const shown of alerts) known.set(keyOf(shown), shown);
    this.alerts = [...known.values()].sort((left, right) => left.alert.atMs - right.alert.atMs);
    return true;
  }

  #appended(message: Extract<ToDashboard, { type: 'appended' }>): Part[] {
    const parts: Part[] = [];
    if (message.points.length > 0) {
      for (const point of message.points) this.#addPoint(point);
      // Where it logs less often, its first point may lie behind all known ones, and nothing else would tell.
      if (this.#isUnstitched) this.isStale = true;
      this.#isUnstitched = false;
      parts.push('metrics');
    }
    if (message.progress !== undefined) {
      this.progress = message.progress;
      parts.push('run');
    }
    if (message.log !== undefined) {
      this.log.append(message.log);
      parts.push('log');
    }
    return parts;
  }

  #addPoint(point: MetricPoint): void {
    if (point.epoch !== undefined) this.#seriesOf(EPOCH_SERIES).append(point.step, point.epoch);
    for (const [name, encoded] of Object.entries(point.values)) {
      if (name === EPOCH_SERIES) continue;
      const value = fromMetricNumber(encoded);
      if (!this.#seriesOf(name).append(point.step, value)) this.isStale = true;
      const window = this.window;
      if (window && point.step >= window.fromStep && point.step <= window.toStep) {
        this.#detail.get(name)?.append(point.step, value);
      }
    }
  }

  #seriesOf(name: string): BucketSeries {
    const known = this.#series.get(name);
    if (known !== undefined) return known;
    const series = BucketSeries.empty(name, this.maxBuckets);
    this.#series.set(name, series);
    return series;
  }

  #answered(message: Extract<ToDashboard, { type: 'metrics' }>): Part[] {
    const wanted = this.#awaited.get(message.requestId);
    if (wanted === undefined) return [];
    this.#awaited.delete(message.requestId);
    if (wanted === 'all') this.#series = this.#read(message.metrics.series);
    else this.#detail = this.#read(message.metrics.series);
    this.progress = message.metrics.progress ?? this.progress;
    return ['metrics', 'run'];
  }
}
