/** The bold line of a noisy series: an exponential moving average without the bias of its start. */
import type { Bucket } from './series.ts';

/** Where an average stands after some points; continue from it with more points of the same series. */
export interface SmoothingState {
  average: number;
  pointCount: number;
}

export const SMOOTHING_START: SmoothingState = { average: 0, pointCount: 0 };

/**
 * `a(i) = w * a(i-1) + (1 - w) * x(i)`, divided by `1 - w^i`, as in Kingma and Ba, "Adam: A Method for Stochastic
 * Optimization" (2015), section 3; TensorBoard's scalar charts smooth the same way, so the same slider
 * gives the same line. A bucket of n finite points counts as n points at its mean, which for n = 1 is exact.
 * Points that are no finite number are passed over.
 */
export function smooth(
  buckets: readonly Bucket[],
  weight: number,
  start: SmoothingState = SMOOTHING_START,
): { values: (number | undefined)[]; end: SmoothingState } {
  let { average, pointCount } = start;
  const values = buckets.map((bucket) => {
    const finiteCount = bucket.count - bucket.nonFiniteCount;
    if (finiteCount === 0) return undefined;
    const kept = weight ** finiteCount;
    average = kept * average + (1 - kept) * bucket.mean;
    pointCount += finiteCount;
    return average / (1 - weight ** pointCount);
  });
  return { values, end: { average, pointCount } };
}
