import { beforeEach, expect, it } from 'vitest';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { resetEditor } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { RunStore } from './store.ts';

const ROOT = '/w/.tunewright/runs';

beforeEach(resetEditor);

function storeOf(listed: () => RunSummary[]): { store: RunStore; bridge: TableBridge } {
  const bridge = new TableBridge({
    'runs/watch': () => ({ runs: listed(), total: listed().length }),
    'runs/unwatch': () => ({}),
    'metrics/query': () => ({
      series: [
        {
          name: 'loss',
          pointCount: 2,
          counts: [1, 1],
          nonFiniteCounts: [0, 0],
          means: [6, 4],
          firstSteps: [1, 2],
          lastSteps: [1, 2],
          minimums: [6, 4],
          minimumSteps: [1, 2],
          maximums: [6, 4],
          maximumSteps: [1, 2],
          lasts: [6, 4],
        },
      ],
    }),
  });
  return { store: new RunStore({ bridge, log: silentLog }), bridge };
}

it('lists the runs of a watched root, newest first, and watches once', async () => {
  const { store, bridge } = storeOf(() => [
    aRun({ id: 'old', createdAtMs: 1 }),
    aRun({ id: 'new', createdAtMs: 2 }),
  ]);
  await Promise.all([store.watch(ROOT), store.watch(ROOT)]);
  expect(store.runs().map(({ summary }) => summary.id)).toEqual(['new', 'old']);
  expect(bridge.asked.filter(({ method }) => method === 'runs/watch')).toHaveLength(1);
});

it('follows changes and removals of watched roots only', async () => {
  const { store, bridge } = storeOf(() => [aRun({ id: 'a' })]);
  await store.watch(ROOT);
  const stopping = aRun({ id: 'a', state: 'stopping' });
  bridge.notify('runs/changed', { root: ROOT, changed: [stopping], removed: [], total: 1 });
  bridge.notify('runs/changed', { root: '/elsewhere', changed: [aRun({ id: 'b' })], removed: [], total: 1 });
  expect(store.runs().map(({ summary }) => `${summary.id} ${summary.state}`)).toEqual(['a stopping']);
  bridge.notify('runs/changed', { root: ROOT, changed: [], removed: ['a'], total: 1 });
  expect(store.runs()).toEqual([]);
});

it('keeps the losses of a live run, with what was logged before the window looked in front', async () => {
  const { store, bridge } = storeOf(() => [aRun({ id: 'a', progress: { step: 3, loss: 3 } })]);
  const seeded = new Promise<void>((resolve) => {
    store.onDidChange((run) => run && run.losses.length === 3 && resolve());
  });
  await store.watch(ROOT);
  await seeded;
  bridge.notify('runs/changed', {
    root: ROOT,
    changed: [aRun({ id: 'a', progress: { step: 4, loss: 2 } })],
    removed: [],
    total: 1,
  });
  expect(store.find('a')?.losses).toEqual([6, 4, 3, 2]);
});

it('stays bounded however long a run logs', async () => {
  const { store, bridge } = storeOf(() => [aRun({ id: 'a' })]);
  await store.watch(ROOT);
  for (let step = 1; step <= 5_000; step += 1) {
    const changed = [aRun({ id: 'a', progress: { step, loss: 1 / step } })];
    bridge.notify('runs/changed', { root: ROOT, changed, removed: [], total: 1 });
  }
  expect(store.find('a')?.losses.length).toBeLessThanOrEqual(48);
});

it('keeps the progress that a later message leaves out', async () => {
  const { store, bridge } = storeOf(() => [aRun({ id: 'a', progress: { step: 7, loss: 1 } })]);
  await store.watch(ROOT);
  bridge.notify('runs/changed', {
    root: ROOT,
    changed: [aRun({ id: 'a', state: 'succeeded' })],
    removed: [],
    total: 1,
  });
  expect(store.find('a')?.summary.progress?.step).toBe(7);
});

it('watches its roots again after the bridge was started anew, and notices what ended meanwhile', async () => {
  let state: RunSummary['state'] = 'running';
  const { store, bridge } = storeOf(() => [aRun({ id: 'a', state })]);
  await store.watch(ROOT);
  const ended = new Promise<string>((resolve) => store.onDidEnd(({ summary }) => resolve(summary.state)));
  state = 'succeeded';
  bridge.start();
  expect(await ended).toBe('succeeded');
});

it('knows from the first list on which runs there are, also while the bridge is started anew', async () => {
  const { store, bridge } = storeOf(() => [aRun()]);
  expect(store.isListed(ROOT)).toBe(false);
  await store.watch(ROOT);
  bridge.start();
  expect(store.isListed(ROOT)).toBe(true);
  store.keepOnly([]);
  expect(store.isListed(ROOT)).toBe(false);
});

it('tries again after a list that could not be had', async () => {
  let isBroken = true;
  const { store } = storeOf(() => {
    if (isBroken) throw new Error('broken');
    return [aRun()];
  });
  await expect(store.watch(ROOT)).rejects.toThrow('broken');
  isBroken = false;
  await store.watch(ROOT);
  expect(store.runs()).toHaveLength(1);
});

it('forgets the runs of a folder that was closed', async () => {
  const { store, bridge } = storeOf(() => [aRun()]);
  await store.watch(ROOT);
  store.keepOnly([]);
  expect(store.runs()).toEqual([]);
  expect(bridge.asked.at(-1)).toEqual({ method: 'runs/unwatch', params: { root: ROOT } });
});
