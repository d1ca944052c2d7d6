import { describe, expect, it } from 'vitest';
import { epochScale } from './epochs.ts';
import { BucketSeries } from './series.ts';

function logged(...points: readonly [step: number, epoch: number][]): BucketSeries {
  const series = BucketSeries.empty('epoch', 100);
  for (const [step, epoch] of points) series.append(step, epoch);
  return series;
}

describe('epochScale', () => {
  it('reads between and beyond the logged epochs, both ways', () => {
    const scale = epochScale(logged([50, 0.5], [100, 1], [150, 1.5]), undefined);
    expect(scale?.epochAt(75)).toBeCloseTo(0.75);
    expect(scale?.epochAt(25)).toBeCloseTo(0.25);
    expect(scale?.epochAt(200)).toBeCloseTo(2);
    expect(scale?.stepAt(1.25)).toBeCloseTo(125);
  });

  it('follows a run whose epochs became longer in a later attempt', () => {
    const scale = epochScale(logged([100, 1], [300, 2]), undefined);
    expect(scale?.epochAt(200)).toBeCloseTo(1.5);
    expect(scale?.epochAt(50)).toBeCloseTo(0.5);
  });

  it('falls back to the progress, and says nothing where a run has no epochs', () => {
    expect(epochScale(undefined, { step: 10, epoch: 0.5 })?.epochAt(20)).toBeCloseTo(1);
    expect(epochScale(undefined, { step: 10 })).toBeUndefined();
    expect(epochScale(undefined, undefined)).toBeUndefined();
  });
});
