import { expect, it, vi } from 'vitest';
import { silentLog, TableMemory } from '../../../test/vscode/table-bridge.ts';
import { Told } from './told.ts';

const news = { key: 'run/1/nan', atMs: 1_000 };

function windowOn(memory: TableMemory, { isFocused = true, waitMs = 1 } = {}) {
  const told: string[] = [];
  const memoryOfWindow = new Told({
    memory,
    isFocused: () => isFocused,
    log: silentLog,
    waitMs: () => waitMs,
  });
  const hear = (one = news) =>
    memoryOfWindow.tellOnce([one], (untold) => told.push(...untold.map(({ key }) => key)));
  return { told, hear, has: (key: string) => memoryOfWindow.has(key) };
}

it('lets the first of several windows in the background tell, and the others know of it', async () => {
  const memory = new TableMemory();
  const first = windowOn(memory, { isFocused: false, waitMs: 5 });
  const second = windowOn(memory, { isFocused: false, waitMs: 40 });
  first.hear();
  second.hear();
  expect([first.told, second.told]).toEqual([[], []]);
  await vi.waitFor(() => expect(first.told).toEqual(['run/1/nan']));
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(second.told).toEqual([]);
  expect(second.has('run/1/nan')).toBe(true);
});

it('tells by itself what no other window has told', async () => {
  const alone = windowOn(new TableMemory(), { isFocused: false });
  alone.hear();
  await vi.waitFor(() => expect(alone.told).toEqual(['run/1/nan']));
});

it('tells again of what happens again after half an hour', () => {
  const memory = new TableMemory();
  windowOn(memory).hear();
  const reloaded = windowOn(memory);
  reloaded.hear({ ...news, atMs: news.atMs + 1_799_000 });
  expect(reloaded.told).toEqual([]);
  reloaded.hear({ ...news, atMs: news.atMs + 1_800_000 });
  expect(reloaded.told).toEqual(['run/1/nan']);
});

it('remembers a bounded number of things, the newest', async () => {
  const memory = new TableMemory();
  const { hear } = windowOn(memory);
  for (let run = 0; run < 1_200; run += 1) hear({ key: `run-${run}`, atMs: run });
  const reloaded = windowOn(memory);
  expect([reloaded.has('run-1199'), reloaded.has('run-0')]).toEqual([true, false]);
  expect(memory.get<unknown[]>('told')?.length).toBeLessThanOrEqual(500);
});

it('starts anew where what is stored makes no sense', async () => {
  const memory = new TableMemory();
  await memory.update('told', [['run/1/nan'], 7, { key: 'run/1/nan' }]);
  const { told, hear } = windowOn(memory);
  hear();
  expect(told).toEqual(['run/1/nan']);
});
