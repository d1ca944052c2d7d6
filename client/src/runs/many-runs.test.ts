/** Ten thousand runs in one folder: the view lists the newest, leads to the others, and never works once for each. */
import { beforeEach, expect, it } from 'vitest';
import { resetEditor } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { RunStore } from './store.ts';
import { RunsTree } from './tree.ts';

const ROOT = '/w/.tunewright/runs';
const ALL = Array.from({ length: 10_000 }, (_, index) =>
  aRun({ id: `run-${index}`, number: index + 1, state: 'succeeded', createdAtMs: 10_000 - index }),
);

beforeEach(resetEditor);

function manyRuns() {
  const bridge = new TableBridge({
    'runs/watch': ({ limit }) => ({ runs: ALL.slice(0, limit), total: ALL.length }),
  });
  const store = new RunStore({ bridge, log: silentLog });
  const tree = new RunsTree({
    store,
    ensureWatched: () => store.watch(ROOT),
    attemptsOf: async () => [],
  });
  return { bridge, store, tree };
}

/** What the view shows at its top level, and how many lines the first host has. */
async function shown(tree: RunsTree) {
  const top = await tree.getChildren();
  const lines = await tree.getChildren(top[0]);
  return { labels: top.map((node) => tree.getTreeItem(node).label), lineCount: lines.length };
}

it('lists the newest, and the others behind a line at the end', async () => {
  const { store, tree } = manyRuns();
  expect(await shown(tree)).toEqual({ labels: ['this machine', 'Show older runs (9800)'], lineCount: 200 });
  await store.showOlder();
  expect(await shown(tree)).toEqual({ labels: ['this machine', 'Show older runs (8000)'], lineCount: 2_000 });
  await store.showOlder();
  expect(await shown(tree)).toEqual({ labels: ['this machine'], lineCount: 10_000 });
  tree.dispose();
});

it('leads there by a command, which a key on the line runs too', async () => {
  const { tree } = manyRuns();
  const older = (await tree.getChildren()).at(-1);
  if (!older) throw new Error('the tree is empty');
  expect(tree.getTreeItem(older).command).toMatchObject({ command: 'tunewright.showOlderRuns' });
  expect(await tree.getChildren(older)).toEqual([]);
  tree.dispose();
});

it('tells of a list once, however many runs are in it', async () => {
  const { bridge, store } = manyRuns();
  const told: unknown[] = [];
  store.onDidChange((run) => told.push(run));
  await store.watch(ROOT);
  expect(told).toEqual([undefined]);
  await store.refresh();
  expect(told).toEqual([undefined, undefined]);
  bridge.notify('runs/changed', {
    root: ROOT,
    changed: [aRun({ id: 'new', createdAtMs: 20_000 })],
    removed: [],
    total: 10_001,
  });
  expect(told).toHaveLength(3);
  expect(store.runs()[0]?.summary.id).toBe('new');
  expect(store.olderCount).toBe(9_800);
});

it('counts the older runs when one moves up into the list, is deleted, or comes', async () => {
  const { bridge, store } = manyRuns();
  await store.watch(ROOT);
  const told: unknown[] = [];
  store.onDidChange((run) => told.push(run));
  bridge.notify('runs/changed', {
    root: ROOT,
    changed: ALL.slice(200, 201),
    removed: ['run-7'],
    total: 9_999,
  });
  expect(store.olderCount).toBe(9_799);
  expect(store.runs()).toHaveLength(200);
  told.length = 0;
  bridge.notify('runs/changed', { root: ROOT, changed: [], removed: [], total: 9_998 });
  expect(store.olderCount).toBe(9_798);
  expect(told).toEqual([undefined]);
  store.accept(ROOT, aRun({ id: 'new', createdAtMs: 20_000 }));
  expect(store.olderCount).toBe(9_798);
});
