import { describe, expect, it } from 'vitest';
import { alignLines, extremesLine, positiveOnly, valuesLine } from './lines.ts';
import { BucketSeries } from './series.ts';

function seriesOf(values: readonly number[], maxBuckets = 100): BucketSeries {
  const series = BucketSeries.empty('loss', maxBuckets);
  values.forEach((value, index) => {
    series.append(index + 1, value);
  });
  return series;
}

describe('extremesLine', () => {
  it('draws single points as they are, with a gap where there is no number', () => {
    expect(extremesLine(seriesOf([3, Number.NaN, 1]).buckets)).toEqual({
      steps: [1, 2, 3],
      values: [3, null, 1],
    });
  });

  it('draws both extremes of a bucket in the order in which they happened, and ends at the last point', () => {
    // Two buckets of four: 1..4 and 5..8.
    const line = extremesLine(seriesOf([5, 9, 1, 4, 2, 0, 8, 3], 2).buckets);
    expect(line).toEqual({ steps: [2, 3, 6, 7, 8], values: [9, 1, 0, 8, 3] });
  });
});

describe('positiveOnly', () => {
  it('leaves out what a logarithmic axis cannot show', () => {
    const line = positiveOnly({ steps: [1, 2, 3, 4], values: [1, 0, null, -2] });
    expect(line.values).toEqual([1, null, null, null]);
  });
});

describe('alignLines', () => {
  it('brings lines onto the union of their steps; a gap stays a gap and a missing step none', () => {
    const aligned = alignLines([
      { steps: [1, 2, 4], values: [10, null, 40] },
      { steps: [2, 3], values: [0.2, 0.3] },
    ]);
    expect(aligned.steps).toEqual([1, 2, 3, 4]);
    expect(aligned.columns).toEqual([
      [10, null, undefined, 40],
      [undefined, 0.2, 0.3, undefined],
    ]);
  });
});

describe('valuesLine', () => {
  it('puts one value at the end of each bucket', () => {
    const line = valuesLine(seriesOf([1, 2, 3, 4], 2).buckets, [1.5, undefined]);
    expect(line).toEqual({ steps: [2, 4], values: [1.5, null] });
  });
});
