/** Translates between steps and epochs, so that an axis of steps can be read in epochs. */
import type { RunProgress } from '../../../protocol/src/run.ts';
import type { BucketSeries } from './series.ts';

/** A step and the epoch that it falls into; both ascending. */
interface Knot {
  step: number;
  epoch: number;
}

export interface EpochScale {
  epochAt(step: number): number;
  stepAt(epoch: number): number;
}

/**
 * The scale of a run: through the logged epochs where there are any, else a straight line through the progress.
 * Undefined where the run says nothing of epochs.
 */
export function epochScale(
  epochs: BucketSeries | undefined,
  progress: RunProgress | undefined,
): EpochScale | undefined {
  const knots = knotsOf(epochs);
  if (knots.length === 0 && progress?.epoch !== undefined && progress.step > 0) {
    knots.push({ step: progress.step, epoch: progress.epoch });
  }
  // Training starts at step 0 in epoch 0; without this knot one logged point would not make a line.
  if ((knots[0]?.step ?? 0) > 0) knots.unshift({ step: 0, epoch: 0 });
  if (knots.length < 2 || knots.at(-1)?.epoch === 0) return undefined;
  return {
    epochAt: (step) => interpolate(knots, step, 'step', 'epoch'),
    stepAt: (epoch) => interpolate(knots, epoch, 'epoch', 'step'),
  };
}

function knotsOf(epochs: BucketSeries | undefined): Knot[] {
  const knots: Knot[] = [];
  for (const bucket of epochs?.buckets ?? []) {
    for (const [step, epoch] of [
      [bucket.minimumStep, bucket.minimum],
      [bucket.maximumStep, bucket.maximum],
    ] as const) {
      const last = knots.at(-1);
      if (Number.isFinite(epoch) && (last === undefined || (step > last.step && epoch > last.epoch))) {
        knots.push({ step, epoch });
      }
    }
  }
  return knots;
}

/** Along the knots, and past their ends along the outermost two. */
function interpolate(knots: readonly Knot[], at: number, from: keyof Knot, to: keyof Knot): number {
  let high = knots.findIndex((knot) => knot[from] >= at);
  if (high === -1) high = knots.length - 1;
  high = Math.max(1, high);
  const left = knots[high - 1];
  const right = knots[high];
  if (left === undefined || right === undefined) return 0;
  return left[to] + ((at - left[from]) / (right[from] - left[from])) * (right[to] - left[to]);
}
