import { describe, expect, it } from 'vitest';
import { extremesLine } from './lines.ts';
import { BucketSeries } from './series.ts';

interface Point {
  step: number;
  value: number;
}

/** Noise with rare spikes and rare NaN, the same for the same seed; steps are ascending with holes. */
function noise(seed: number, count: number): Point[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let step = 0;
  return Array.from({ length: count }, () => {
    step += 1 + Math.floor(random() * 3);
    const kind = random();
    if (kind < 0.01) return { step, value: Number.NaN };
    if (kind < 0.015) return { step, value: Number.POSITIVE_INFINITY };
    return { step, value: kind > 0.995 ? random() * 1000 : random() };
  });
}

function seriesOf(points: readonly Point[], maxBuckets: number): BucketSeries {
  const series = BucketSeries.empty('loss', maxBuckets);
  for (const { step, value } of points) expect(series.append(step, value)).toBe(true);
  return series;
}

describe('BucketSeries', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => [seed, 1 + ((seed * 97) % 3000), 2 + ((seed * 31) % 200)]))(
    'keeps every extreme in bounded memory (seed %i: %i points, %i buckets)',
    (seed, count, maxBuckets) => {
      const points = noise(seed, count);
      const series = seriesOf(points, maxBuckets);
      expect(series.buckets.length).toBeLessThanOrEqual(maxBuckets);
      expect(series.pointCount).toBe(count);
      expect(series.nonFiniteCount).toBe(points.filter(({ value }) => !Number.isFinite(value)).length);
      let position = 0;
      for (const bucket of series.buckets) {
        const own = points.slice(position, position + bucket.count);
        position += bucket.count;
        expect([bucket.firstStep, bucket.lastStep]).toEqual([own[0]?.step, own.at(-1)?.step]);
        const finite = own.filter(({ value }) => Number.isFinite(value));
        if (finite.length === 0) continue;
        const values = finite.map(({ value }) => value);
        expect(bucket.minimum).toBe(Math.min(...values));
        expect(bucket.maximum).toBe(Math.max(...values));
        expect(finite.find(({ step }) => step === bucket.minimumStep)?.value).toBe(bucket.minimum);
        expect(finite.find(({ step }) => step === bucket.maximumStep)?.value).toBe(bucket.maximum);
        expect(bucket.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9);
      }
      expect(position).toBe(count);
    },
  );

  it('draws a spike of one step among a million at its own step', () => {
    const series = BucketSeries.empty('loss', 500);
    for (let step = 1; step <= 1_000_000; step += 1) series.append(step, step === 431_007 ? 99 : 1);
    const line = extremesLine(series.buckets);
    expect(line.values[line.steps.indexOf(431_007)]).toBe(99);
    expect(line.steps.length).toBeLessThanOrEqual(1001);
  });

  it('refuses a point that is not behind the last one and stays as it was', () => {
    const series = seriesOf([{ step: 5, value: 1 }], 10);
    expect(series.append(5, 2)).toBe(false);
    expect(series.append(4, 2)).toBe(false);
    expect([series.pointCount, series.lowest()?.minimum]).toEqual([1, 1]);
  });

  it('goes on where the bridge stopped: live points fill its buckets before new ones are made', () => {
    const series = BucketSeries.fromWire(
      {
        name: 'loss',
        pointCount: 7,
        counts: [4, 3],
        nonFiniteCounts: [0, 3],
        firstSteps: [1, 5],
        lastSteps: [4, 7],
        minimums: [1, 'NaN'],
        minimumSteps: [2, 5],
        maximums: [9, 'NaN'],
        maximumSteps: [3, 5],
        means: [3, 'NaN'],
        lasts: [2, 'Infinity'],
      },
      100,
    );
    series.append(8, 0.5);
    series.append(9, 0.25);
    expect(series.buckets.map(({ count }) => count)).toEqual([4, 4, 1]);
    expect(series.buckets[1]).toMatchObject({ minimum: 0.5, minimumStep: 8, lastStep: 8, nonFiniteCount: 3 });
  });

  it('finds the bucket nearest to a step', () => {
    const series = seriesOf(
      [10, 20, 40].map((step) => ({ step, value: step })),
      10,
    );
    const found = [1, 10, 14, 16, 29, 31, 99].map(
      (step) => series.buckets[series.nearestPosition(step)]?.lastStep,
    );
    expect(found).toEqual([10, 10, 10, 20, 20, 40, 40]);
    expect(BucketSeries.empty('loss', 10).nearestPosition(3)).toBe(-1);
  });
});
