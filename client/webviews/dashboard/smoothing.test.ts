import { describe, expect, it } from 'vitest';
import { BucketSeries } from './series.ts';
import { smooth } from './smoothing.ts';

function seriesOf(values: readonly number[], maxBuckets = 1000): BucketSeries {
  const series = BucketSeries.empty('loss', maxBuckets);
  values.forEach((value, index) => {
    series.append(index + 1, value);
  });
  return series;
}

/** The definition, written out: a weighted mean whose weights fall by `weight` with each step back. */
function weightedMean(values: readonly number[], weight: number): number {
  const weights = values.map((_, index) => weight ** (values.length - 1 - index));
  const total = weights.reduce((sum, each) => sum + each, 0);
  return values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) / total;
}

describe('smooth', () => {
  it('is the weighted mean of all points so far, unbiased from the first on', () => {
    const values = [5, 1, 4, 2, 8];
    const smoothed = smooth(seriesOf(values).buckets, 0.6).values;
    values.forEach((_, index) => {
      expect(smoothed[index]).toBeCloseTo(weightedMean(values.slice(0, index + 1), 0.6), 12);
    });
  });

  it('leaves the line as it is at weight 0 and a constant line at any weight', () => {
    expect(smooth(seriesOf([3, 1, 2]).buckets, 0).values).toEqual([3, 1, 2]);
    for (const value of smooth(seriesOf([7, 7, 7, 7]).buckets, 0.99).values) expect(value).toBeCloseTo(7, 12);
  });

  it('passes over what is no number, and goes on behind it', () => {
    const smoothed = smooth(seriesOf([2, Number.NaN, 4]).buckets, 0.5).values;
    expect(smoothed[1]).toBeUndefined();
    expect(smoothed[2]).toBeCloseTo(weightedMean([2, 4], 0.5), 12);
  });

  it('goes on from where it stood, so that a part of a run is smoothed as in the whole', () => {
    const buckets = seriesOf([5, 1, 4, 2, 8, 3]).buckets;
    const whole = smooth(buckets, 0.8).values;
    const { end } = smooth(buckets.slice(0, 3), 0.8);
    expect(smooth(buckets.slice(3), 0.8, end).values).toEqual(whole.slice(3));
  });

  it('weighs a bucket by its points: merged neighbours of equal values change nothing behind them', () => {
    const values = [5, 5, 1, 1, 3, 3, 9, 9];
    const fine = smooth(seriesOf(values).buckets, 0.7).values;
    const coarse = smooth(seriesOf(values, 4).buckets, 0.7).values;
    expect(coarse.at(-1)).toBeCloseTo(fine.at(-1) ?? 0, 12);
  });
});
