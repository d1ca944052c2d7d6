/** The last losses of a run, as many as a sparkline can show. */
import type { SeriesBuckets } from '../../../protocol/src/metric.ts';
import type { MetricNumber } from '../../../protocol/src/number.ts';
import type { RunProgress } from '../../../protocol/src/run.ts';

const MAX_LOSSES = 48;

export class LossHistory {
  #steps: number[] = [];
  #losses: number[] = [];

  get losses(): readonly number[] {
    return this.#losses;
  }

  /** Takes the newest loss; the same step twice counts once. Keeps every other value where it grows too long. */
  add(progress: RunProgress | undefined): void {
    if (progress?.loss === undefined || progress.step <= (this.#steps.at(-1) ?? -1)) return;
    this.#steps.push(progress.step);
    this.#losses.push(Number(progress.loss));
    if (this.#losses.length > MAX_LOSSES) {
      this.#steps = this.#steps.filter(isAtOddPosition);
      this.#losses = this.#losses.filter(isAtOddPosition);
    }
  }

  /** Puts what the run logged before this window looked in front of what was seen since. */
  seed(loss: Pick<SeriesBuckets, 'lastSteps' | 'lasts'>): void {
    const firstSeen = this.#steps[0] ?? Number.POSITIVE_INFINITY;
    const earlier = loss.lastSteps.flatMap((step, position): [number, MetricNumber][] => {
      const value = loss.lasts[position];
      return value === undefined || step >= firstSeen ? [] : [[step, value]];
    });
    this.#steps = [...earlier.map(([step]) => step), ...this.#steps];
    this.#losses = [...earlier.map(([, value]) => Number(value)), ...this.#losses];
  }
}

function isAtOddPosition(_value: number, position: number): boolean {
  return position % 2 === 1;
}
