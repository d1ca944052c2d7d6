import { describe, expect, it } from 'vitest';
import {
  bytesOfTotal,
  formatBytes,
  formatCount,
  formatPercent,
  formatTicks,
  formatValue,
} from './numbers.ts';

describe('formatValue', () => {
  it.each([
    [0, '0'],
    [0.42131, '0.4213'],
    [5.58740997, '5.587'],
    [12.5, '12.5'],
    [1234.56, '1234.6'],
    [0.0009924, '9.92e-4'],
    [1e-5, '1e-5'],
    [-0.00025, '-2.5e-4'],
    [1_566_766_080, '1.57e9'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%f is %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
});

describe('formatTicks', () => {
  it('gives all ticks the digits that tell neighbours apart', () => {
    expect(formatTicks([0, 0.5, 1])).toEqual(['0', '0.5', '1.0']);
    expect(formatTicks([0, 2, 4])).toEqual(['0', '2', '4']);
    expect(formatTicks([8.2e-4, 8.25e-4])).toEqual(['8.2e-4', '8.25e-4']);
    expect(formatTicks([1.25])).toEqual(['1.25']);
  });
});

describe('sizes', () => {
  it('are in binary units', () => {
    expect(formatBytes(512)).toBe('512 B');
    expect(formatBytes(1536)).toBe('1.5 KiB');
    expect(formatBytes(80 * 2 ** 30)).toBe('80.0 GiB');
    expect(bytesOfTotal(512 * 2 ** 20, 24 * 2 ** 30)).toEqual({ used: '0.5', total: '24.0 GiB' });
  });

  it('and counts and percent read as people write them', () => {
    expect(formatCount(12480, 'en')).toBe('12,480');
    expect(formatPercent(38.4)).toBe('38 %');
  });
});
