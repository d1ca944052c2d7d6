import { describe, expect, it } from 'vitest';
import { formatDuration, formatPace } from './durations.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [40.4, '40 s'],
    [59.6, '1 m'],
    [190, '3 m 10 s'],
    [3600, '1 h'],
    [7530, '2 h 6 m'],
    [100_800, '1 d 4 h'],
    [-3, '0 s'],
  ])('%f seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('formatPace', () => {
  it.each([
    [0.119, '8.4 steps/s'],
    [0.005, '200 steps/s'],
    [2.1, '2.1 s per step'],
    [45.25, '45.3 s per step'],
    [0, ''],
  ])('%f seconds a step are %s', (seconds, text) => {
    expect(formatPace(seconds)).toBe(text);
  });
});
