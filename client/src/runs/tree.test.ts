import { beforeEach, expect, it } from 'vitest';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { resetEditor } from '../../../test/vscode/stand-in.ts';
import { anAlert, aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { RunStore } from './store.ts';
import { RunsTree, showBadge } from './tree.ts';

const ROOT = '/w/.tunewright/runs';

beforeEach(resetEditor);

const ensureWatched = async () => undefined;
const attemptsOf = async () => [];

async function storeWith(...runs: ReturnType<typeof aRun>[]) {
  const bridge = new TableBridge({ 'runs/watch': () => ({ runs, total: runs.length }) });
  const store = new RunStore({ bridge, log: silentLog });
  await store.watch(ROOT);
  return { store, bridge };
}

it('groups runs by host and shows state, progress and the way to the dashboard', async () => {
  const { store } = await storeWith(
    aRun({ id: 'a', createdAtMs: 2 }),
    aRun({ id: 'b', createdAtMs: 1, state: 'succeeded', host: 'gpu-box' }),
  );
  const tree = new RunsTree({ store, ensureWatched, attemptsOf });
  const hosts = await tree.getChildren();
  expect(hosts.map((host) => tree.getTreeItem(host).label)).toEqual(['this machine', 'gpu-box']);
  const [first] = await tree.getChildren(hosts[0]);
  if (!first) throw new Error('the first host has no run');
  const item = tree.getTreeItem(first);
  expect(item.description).toBe('running, no step yet');
  expect(item.contextValue).toBe('run.live.checkpointing');
  expect(item.accessibilityInformation?.label).toBe('first.sft, running, running, no step yet');
  expect(item.command).toMatchObject({ command: 'tunewright.openDashboard', arguments: [{ runId: 'a' }] });
  tree.dispose();
});

it('asks to watch before it lists, and has one object for each node', async () => {
  const { store } = await storeWith(aRun());
  let asked = 0;
  const tree = new RunsTree({
    store,
    attemptsOf,
    ensureWatched: async () => {
      asked += 1;
    },
  });
  const [first] = await tree.getChildren();
  const [again] = await tree.getChildren();
  expect(asked).toBe(2);
  expect(first).toBe(again);
  tree.dispose();
});

it('gathers many changes into few refreshes', async () => {
  const { store, bridge } = await storeWith(aRun({ id: 'a' }));
  const tree = new RunsTree({ store, ensureWatched, attemptsOf });
  const [host] = await tree.getChildren();
  await tree.getChildren(host);
  const refreshed: unknown[] = [];
  const firstRefresh = new Promise<void>((resolve) =>
    tree.onDidChangeTreeData((node) => {
      refreshed.push(node);
      resolve();
    }),
  );
  for (let step = 1; step <= 100; step += 1) {
    bridge.notify('runs/changed', {
      root: ROOT,
      changed: [aRun({ id: 'a', progress: { step } })],
      removed: [],
      total: 1,
    });
  }
  await firstRefresh;
  expect(refreshed).toEqual([{ kind: 'run', runId: 'a' }]);
  tree.dispose();
});

/** The lines of the only host, from the top. */
async function linesOf(...runs: RunSummary[]) {
  const { store } = await storeWith(...runs);
  const tree = new RunsTree({ store, ensureWatched, attemptsOf });
  const [host] = await tree.getChildren();
  const nodes = await tree.getChildren(host);
  const items = await Promise.all(nodes.map((node) => tree.resolveTreeItem(tree.getTreeItem(node), node)));
  tree.dispose();
  return items;
}

it('marks a run with an alert, and says so to who hears the list read', async () => {
  const alerts = [anAlert({ kind: 'hang', id: 'hang', atMs: Date.now(), values: { minutes: '9' } })];
  const [item] = await linesOf(aRun({ progress: { step: 88 }, alerts }));
  expect(item?.iconPath).toMatchObject({ id: 'warning', color: { id: 'list.warningForeground' } });
  expect(item?.description).toBe('no step for 9 m · step 88');
  expect(item?.accessibilityInformation?.label).toBe('first.sft, running, alert: no step for 9 m · step 88');
  expect(item?.tooltip).toMatchObject({ value: expect.stringContaining('Look at the end of the log') });
});

it('shows a hint quietly: in words, with the icon of a run that is well', async () => {
  const alerts = [anAlert({ kind: 'plateau', severity: 'hint' })];
  const [item] = await linesOf(aRun({ progress: { step: 88 }, alerts }));
  expect(item?.iconPath).toMatchObject({ id: 'play-circle' });
  expect(item?.description).toBe('step 88 · the loss no longer falls');
});

it('lists what waits in a queue first, in the order in which it will start', async () => {
  const place = (position: number) => ({ queue: 'gpu', position, waiting: 2, devicesWanted: 1 });
  const items = await linesOf(
    aRun({ id: 'second', name: 'b', createdAtMs: 9, state: 'queued', queuePlace: place(2) }),
    aRun({ id: 'runs', name: 'c', createdAtMs: 8 }),
    aRun({ id: 'first', name: 'a', createdAtMs: 7, state: 'queued', queuePlace: place(1) }),
  );
  expect(items.map(({ label, contextValue }) => `${label} ${contextValue}`)).toEqual([
    'a run.live.ahead',
    'b run.live.behind',
    'c run.live.checkpointing',
  ]);
});

it('marks what can be done with a run, for the menus', async () => {
  const [asked, ended, served] = await linesOf(
    aRun({ id: 'a', createdAtMs: 3, stopWhen: 'next-checkpoint' }),
    aRun({ id: 'b', createdAtMs: 2, state: 'failed' }),
    aRun({ id: 'c', createdAtMs: 1, state: 'failed', task: 'deploy' }),
  );
  expect([asked, ended, served].map((item) => item?.contextValue)).toEqual([
    'run.live',
    'run.ended.resumable',
    'run.ended',
  ]);
});

it('tells of earlier attempts when somebody hovers', async () => {
  const { store } = await storeWith(aRun({ attempt: 2 }));
  const attempts = [
    { number: 1, startedAtMs: 0, endedAtMs: 65_000, signal: 9 },
    { number: 2, startedAtMs: 70_000, resumedFrom: { attempt: 1, checkpoint: '/o/checkpoint-40', step: 40 } },
  ];
  const tree = new RunsTree({ store, ensureWatched, attemptsOf: async () => attempts });
  const [host] = await tree.getChildren();
  const [node] = await tree.getChildren(host);
  if (!node) throw new Error('the tree has no run');
  const item = tree.getTreeItem(node);
  expect(item.tooltip).toBeUndefined();
  const { value } = (await tree.resolveTreeItem(item, node)).tooltip as { value: string };
  expect(value).toContain('Attempt 1: from the beginning, ended by signal 9 after 1 m 5 s');
  expect(value).toContain('Attempt 2: from checkpoint\\-40');
  tree.dispose();
});

it('asks nobody for the hover of a run with one attempt', async () => {
  const { store } = await storeWith(aRun());
  let asked = 0;
  const tree = new RunsTree({
    store,
    ensureWatched,
    attemptsOf: async () => {
      asked += 1;
      return [];
    },
  });
  const [host] = await tree.getChildren();
  const [node] = await tree.getChildren(host);
  if (!node) throw new Error('the tree has no run');
  const item = tree.getTreeItem(node);
  expect((await tree.resolveTreeItem(item, node)).tooltip).toMatchObject({
    value: expect.stringContaining('running'),
  });
  expect(asked).toBe(0);
  tree.dispose();
});

it('keeps what a run is called and says from becoming markup', async () => {
  const cause = { code: 'engine-error' as const, values: { error: '<b>[x](y) *z*', exitCode: '1' } };
  const [item] = await linesOf(aRun({ name: 'my_run', state: 'failed', cause }));
  if (!item) throw new Error('the tree has no run');
  const { value } = item.tooltip as unknown as { value: string };
  expect(value).toContain('**my\\_run**');
  expect(value).toContain('&lt;b\\>\\[x\\]\\(y\\) \\*z\\*');
});

it('counts the runs with alerts on the view', async () => {
  const { store, bridge } = await storeWith(aRun({ id: 'a', alerts: [anAlert()] }), aRun({ id: 'b' }));
  const view: { badge?: { value: number; tooltip: string } | undefined } = {};
  showBadge(view, store);
  expect(view.badge).toEqual({ value: 1, tooltip: '1 run has an alert' });
  const over = aRun({ id: 'a', alerts: [anAlert({ endedAtMs: 2_000 })] });
  bridge.notify('runs/changed', { root: ROOT, changed: [over], removed: [], total: 1 });
  showBadge(view, store);
  expect(view.badge).toBeUndefined();
});
