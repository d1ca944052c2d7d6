import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createThrottle } from './pace.ts';

describe('createThrottle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('calls at once, then once a pause with the newest value, each key for itself', () => {
    const calls: string[] = [];
    const throttled = createThrottle<number>(200, (key, value) => calls.push(`${key}=${value}`));
    for (const value of [1, 2, 3]) throttled('loss', value);
    throttled('kl', 9);
    expect(calls).toEqual(['loss=1', 'kl=9']);
    vi.advanceTimersByTime(200);
    expect(calls).toEqual(['loss=1', 'kl=9', 'loss=3']);
    vi.advanceTimersByTime(1000);
    throttled('loss', 4);
    expect(calls.at(-1)).toBe('loss=4');
  });
});
