import { beforeEach, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { resetEditor, Uri } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { RunCodeLenses } from './code-lenses.ts';
import { logText } from './documents.ts';
import { RunStore } from './store.ts';
import { RunsTree } from './tree.ts';

const ROOT = '/w/.tunewright/runs';

beforeEach(resetEditor);

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
  const tree = new RunsTree({ store, ensureWatched: async () => undefined });
  const hosts = await tree.getChildren();
  expect(hosts.map((host) => tree.getTreeItem(host).label)).toEqual(['this machine', 'gpu-box']);
  const [first] = await tree.getChildren(hosts[0]);
  if (!first) throw new Error('the first host has no run');
  const item = tree.getTreeItem(first);
  expect(item.description).toBe('running, no step yet');
  expect(item.contextValue).toBe('run.live');
  expect(item.accessibilityInformation?.label).toBe('first.sft, running, running, no step yet');
  expect(item.command).toMatchObject({ command: 'tunewright.openDashboard', arguments: [{ runId: 'a' }] });
  tree.dispose();
});

it('asks to watch before it lists, and has one object for each node', async () => {
  const { store } = await storeWith(aRun());
  let asked = 0;
  const tree = new RunsTree({
    store,
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
  const tree = new RunsTree({ store, ensureWatched: async () => undefined });
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
    });
  }
  await firstRefresh;
  expect(refreshed).toEqual([{ kind: 'run', runId: 'a' }]);
  tree.dispose();
});

function titlesOver(store: RunStore, isConfig = true): string[] {
  const document = { uri: Uri.file('/w/first.sft.yaml') } as unknown as vscode.TextDocument;
  const lenses = new RunCodeLenses(store, () => isConfig).provideCodeLenses(document);
  return lenses.map((lens) => lens.command?.title ?? '');
}

it('offers to run a config that does not run, and to stop and watch one that does', async () => {
  expect(titlesOver((await storeWith()).store)).toEqual(['$(play) Run', 'Show resolved config']);
  expect(titlesOver((await storeWith(aRun())).store)).toEqual([
    '$(debug-stop) Stop',
    'Open dashboard',
    'Show resolved config',
  ]);
  expect(titlesOver((await storeWith(aRun({ state: 'failed' }))).store)).toEqual([
    '$(play) Run',
    'Open dashboard',
    'Show resolved config',
  ]);
});

it('gives its lenses no arguments, so that one that is just being replaced still works', async () => {
  const { store } = await storeWith(aRun());
  const document = { uri: Uri.file('/w/first.sft.yaml') } as unknown as vscode.TextDocument;
  for (const lens of new RunCodeLenses(store, () => true).provideCodeLenses(document)) {
    expect(lens.command?.arguments).toBeUndefined();
  }
});

it('offers nothing over a list of targets', async () => {
  expect(titlesOver((await storeWith()).store, false)).toEqual([]);
});

it('draws lenses anew when a run comes or ends, and not with each step', async () => {
  const { store, bridge } = await storeWith(aRun({ id: 'a' }));
  const lenses = new RunCodeLenses(store, () => true);
  lenses.provideCodeLenses({ uri: Uri.file('/w/first.sft.yaml') } as unknown as vscode.TextDocument);
  let refreshes = 0;
  lenses.onDidChangeCodeLenses(() => {
    refreshes += 1;
  });
  const change = (changes: Parameters<typeof aRun>[0]) =>
    bridge.notify('runs/changed', { root: ROOT, changed: [aRun({ id: 'a', ...changes })], removed: [] });
  change({ progress: { step: 1 } });
  change({ progress: { step: 2 } });
  expect(refreshes).toBe(0);
  change({ state: 'succeeded' });
  expect(refreshes).toBe(1);
});

it('shows a log as a terminal would: the last state of each progress bar, and a cut first line left out', () => {
  expect(logText({ text: 'a\r\n 10%\r 20%\r 30%\nend\n', startOffset: 0 })).toBe('a\n 30%\nend\n');
  expect(logText({ text: 'tail of a line\nwhole\n', startOffset: 99 })).toBe(
    '(earlier lines are in the run folder)\nwhole\n',
  );
});
