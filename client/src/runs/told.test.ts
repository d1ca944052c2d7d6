import { expect, it, vi } from 'vitest';
import { silentLog, TableMemory } from '../../../test/vscode/table-bridge.ts';
import { Told } from './told.ts';

const news = { key: 'run/1/nan', atMs: 1_000 };

/** What all windows share. */
function shared({ memory = new TableMemory(), claimed = new Set<string>() } = {}) {
  const claim = (name: string) => !claimed.has(name) && claimed.add(name).has(name);
  return { memory, claim };
}

function windowOn(among: ReturnType<typeof shared>, { isFocused = true, backgroundWaitMs = 1 } = {}) {
  const told: string[] = [];
  const memoryOfWindow = new Told({
    ...among,
    isFocused: () => isFocused,
    log: silentLog,
    backgroundWaitMs,
  });
  const hear = (one = news) =>
    memoryOfWindow.tellOnce([one], (untold) => told.push(...untold.map(({ key }) => key)));
  return { told, hear, has: (key: string) => memoryOfWindow.has(key) };
}

it('lets one of several windows in the background tell, and the others know of it', async () => {
  const among = shared();
  const windows = [1, 2, 3].map(() => windowOn(among, { isFocused: false }));
  for (const each of windows) each.hear();
  const told = () => windows.flatMap((each) => each.told);
  expect(told()).toEqual([]);
  await vi.waitFor(() => expect(told()).toEqual(['run/1/nan']));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(told()).toEqual(['run/1/nan']);
  expect(windows.map(({ has }) => has('run/1/nan'))).toEqual([true, true, true]);
});

it('is told by one of two windows that know nothing yet of what the other remembers', async () => {
  const claimed = new Set<string>();
  const windows = [1, 2].map(() => windowOn(shared({ claimed })));
  for (const each of windows) each.hear();
  expect(windows.map(({ told }) => told)).toEqual([['run/1/nan'], []]);
});

it('tells by itself what no other window has told', async () => {
  const alone = windowOn(shared(), { isFocused: false });
  alone.hear();
  await vi.waitFor(() => expect(alone.told).toEqual(['run/1/nan']));
});

it('tells again of what happens again after half an hour', () => {
  const among = shared();
  windowOn(among).hear();
  const reloaded = windowOn(among);
  reloaded.hear({ ...news, atMs: news.atMs + 1_799_000 });
  expect(reloaded.told).toEqual([]);
  reloaded.hear({ ...news, atMs: news.atMs + 1_800_000 });
  expect(reloaded.told).toEqual(['run/1/nan']);
});

it('remembers a bounded number of things, the newest', async () => {
  const memory = new TableMemory();
  const { hear } = windowOn(shared({ memory }));
  for (let run = 0; run < 1_200; run += 1) hear({ key: `run-${run}`, atMs: run });
  const reloaded = windowOn(shared({ memory }));
  expect([reloaded.has('run-1199'), reloaded.has('run-0')]).toEqual([true, false]);
  expect(memory.get<unknown[]>('told')?.length).toBeLessThanOrEqual(500);
});

it('starts anew where what is stored makes no sense', async () => {
  const memory = new TableMemory();
  await memory.update('told', [['run/1/nan'], 7, { key: 'run/1/nan' }]);
  const { told, hear } = windowOn(shared({ memory }));
  hear();
  expect(told).toEqual(['run/1/nan']);
});
