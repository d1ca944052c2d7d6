import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { anAlert, aRun } from '../../../test/vscode/table-bridge.ts';
import { Refreshes } from './refreshes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function refreshes() {
  const drawn: (readonly string[] | 'all')[] = [];
  const gathered = new Refreshes({ refresh: (runIds) => drawn.push(runIds) });
  const note = (changes: Partial<RunSummary>) =>
    gathered.note({ root: '/w', summary: aRun({ id: 'a', ...changes }), losses: [] });
  note({ progress: { step: 1 } });
  vi.advanceTimersByTime(600);
  drawn.length = 0;
  return { gathered, note, drawn };
}

it('leaves the line of a run alone while it merely goes on, long enough to read its hover', () => {
  const { note, drawn } = refreshes();
  for (let step = 2; step <= 50; step += 1) {
    note({ progress: { step } });
    vi.advanceTimersByTime(50);
  }
  expect(drawn).toEqual([]);
  vi.advanceTimersByTime(5_000);
  expect(drawn).toEqual([['a']]);
});

it('draws soon what matters, and its progress with it', () => {
  const { note, drawn } = refreshes();
  note({ progress: { step: 2 } });
  note({ progress: { step: 3 }, alerts: [anAlert()] });
  vi.advanceTimersByTime(600);
  expect(drawn).toEqual([['a']]);
  vi.advanceTimersByTime(9_000);
  expect(drawn).toHaveLength(1);
});

it('draws all lines where a place in a queue is taken or left, since their order changes', () => {
  const { note, drawn } = refreshes();
  note({ state: 'queued', queuePlace: { queue: 'q', position: 1, waiting: 1, devicesWanted: 1 } });
  vi.advanceTimersByTime(600);
  note({ state: 'starting' });
  vi.advanceTimersByTime(600);
  expect(drawn).toEqual(['all', 'all']);
});

it('draws what says something else by now', () => {
  const { gathered, drawn } = refreshes();
  gathered.demand('a');
  vi.advanceTimersByTime(600);
  expect(drawn).toEqual([['a']]);
});
