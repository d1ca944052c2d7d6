import { describe, expect, it } from 'vitest';
import { linearRange, linearTicks, logRange, logTicks, stepTicks } from './scales.ts';

describe('ranges', () => {
  it.each([
    [0.5, 6, 0],
    [5, 6, 4.94],
    [-2, 3, -2.3],
  ])('from %f to %f start at %f', (minimum, maximum, start) => {
    expect(linearRange(minimum, maximum)[0]).toBeCloseTo(start);
    expect(linearRange(minimum, maximum)[1]).toBeGreaterThan(maximum);
  });

  it('give a flat or an absent line some room', () => {
    expect(linearRange(2, 2)).toEqual([1.8, 2.2]);
    expect(linearRange(0, 0)).toEqual([-1, 1]);
    expect(linearRange(null, null)).toEqual([0, 1]);
    expect(logRange(null, null)[0]).toBeGreaterThan(0);
  });

  it('take a spread that is only rounding for none', () => {
    const [low, high] = linearRange(6.47086143, 6.470861430000001);
    expect(low).toBeCloseTo(5.82, 1);
    expect(high).toBeCloseTo(7.12, 1);
  });

  it('stay above zero on a logarithmic axis', () => {
    const [low, high] = logRange(1e-5, 1e-3);
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(1e-5);
    expect(high).toBeGreaterThan(1e-3);
  });
});

describe('ticks', () => {
  it('are round, inside, and free of binary crumbs', () => {
    expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(0.13, 0.31, 4)).toEqual([0.15, 0.2, 0.25, 0.3]);
  });

  it('end even where the ends are no farther apart than rounding', () => {
    expect(linearTicks(6.47086143, 6.470861430000001, 5).length).toBeLessThan(10);
    expect(linearTicks(1e300, 1e300 * (1 + 2e-16), 5).length).toBeLessThan(10);
  });

  it('of steps are whole', () => {
    expect(stepTicks(1, 3, 8)).toEqual([1, 2, 3]);
    expect(stepTicks(1, 612, 6)).toEqual([100, 200, 300, 400, 500, 600]);
  });

  it('of a logarithmic axis are decades with halves and fifths where there is room', () => {
    expect(logTicks(0.4, 7, 6)).toEqual([0.5, 1, 2, 5]);
    expect(logTicks(1e-8, 1, 4)).toEqual([1e-8, 1e-6, 1e-4, 0.01, 1]);
    expect(logTicks(0.31, 0.6, 4)).toEqual(linearTicks(0.31, 0.6, 4));
  });
});
