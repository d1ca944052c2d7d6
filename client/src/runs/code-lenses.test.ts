import { beforeEach, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { resetEditor, Uri } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { RunCodeLenses } from './code-lenses.ts';
import { RunStore } from './store.ts';

const ROOT = '/w/.tunewright/runs';

beforeEach(resetEditor);

async function storeWith(...runs: ReturnType<typeof aRun>[]) {
  const bridge = new TableBridge({ 'runs/watch': () => ({ runs, total: runs.length }) });
  const store = new RunStore({ bridge, log: silentLog });
  await store.watch(ROOT);
  return { store, bridge };
}

const document = { uri: Uri.file('/w/first.sft.yaml') } as unknown as vscode.TextDocument;

interface Situation {
  isConfig?: boolean;
  isLooking?: () => boolean;
  isChanging?: boolean;
}

function lensesOver(
  store: RunStore,
  { isConfig = true, isLooking = () => false, isChanging = false }: Situation = {},
) {
  return new RunCodeLenses({
    store,
    isConfig: () => isConfig,
    isLookingFor: isLooking,
    isBeingChanged: () => isChanging,
  });
}

function titlesOver(store: RunStore, situation?: Situation): string[] {
  const lenses = lensesOver(store, situation).provideCodeLenses(document);
  return lenses.map((lens) => lens.command?.title ?? '');
}

it('offers to run nothing while it is not known what runs', async () => {
  const { store, bridge } = await storeWith();
  let isLooking = true;
  expect(titlesOver(store, { isLooking: () => isLooking })).toEqual([
    '$(loading~spin) Looking for its runs',
    'Show resolved config',
  ]);
  const lenses = lensesOver(store, { isLooking: () => isLooking });
  lenses.provideCodeLenses(document);
  let refreshes = 0;
  lenses.onDidChangeCodeLenses(() => {
    refreshes += 1;
  });
  isLooking = false;
  bridge.notify('runs/changed', { root: ROOT, changed: [aRun()], removed: [], total: 1 });
  expect(refreshes).toBe(1);
});

it('offers to run a config that does not run, and to stop and watch one that does', async () => {
  expect(titlesOver((await storeWith()).store)).toEqual([
    '$(play) Run',
    'Check on engine',
    'Show resolved config',
  ]);
  expect(titlesOver((await storeWith(aRun())).store)).toEqual([
    '$(debug-stop) Stop',
    'Open dashboard',
    'Show resolved config',
  ]);
  expect(titlesOver((await storeWith(aRun({ state: 'succeeded' }))).store)).toEqual([
    '$(play) Run',
    'Check on engine',
    'Open dashboard',
    'Show resolved config',
  ]);
});

it('offers to resume what ended early and wrote checkpoints', async () => {
  expect(titlesOver((await storeWith(aRun({ state: 'failed' }))).store)).toEqual([
    '$(play) Run',
    '$(debug-continue) Resume…',
    'Check on engine',
    'Open dashboard',
    'Show resolved config',
  ]);
  expect(titlesOver((await storeWith(aRun({ state: 'failed', task: 'eval' }))).store)).toEqual([
    '$(play) Run',
    'Check on engine',
    'Open dashboard',
    'Show resolved config',
  ]);
});

it('offers to go on with a config for as long as it is being changed', async () => {
  const [live] = titlesOver((await storeWith(aRun())).store, { isChanging: true });
  expect(live).toBe('$(debug-continue) Stop, and resume with this config…');
  const [ended] = titlesOver((await storeWith(aRun({ state: 'failed' }))).store, { isChanging: true });
  expect(ended).toBe('$(debug-continue) Resume with this config…');
});

it('gives its lenses no arguments, so that one that is just being replaced still works', async () => {
  const { store } = await storeWith(aRun());
  for (const lens of lensesOver(store).provideCodeLenses(document)) {
    expect(lens.command?.arguments).toBeUndefined();
  }
});

it('offers nothing over a list of targets', async () => {
  expect(titlesOver((await storeWith()).store, { isConfig: false })).toEqual([]);
});

it('draws lenses anew when a run comes or ends, and not with each step', async () => {
  const { store, bridge } = await storeWith(aRun({ id: 'a' }));
  const lenses = lensesOver(store);
  lenses.provideCodeLenses(document);
  let refreshes = 0;
  lenses.onDidChangeCodeLenses(() => {
    refreshes += 1;
  });
  const change = (changes: Parameters<typeof aRun>[0]) =>
    bridge.notify('runs/changed', {
      root: ROOT,
      changed: [aRun({ id: 'a', ...changes })],
      removed: [],
      total: 1,
    });
  change({ progress: { step: 1 } });
  change({ progress: { step: 2 } });
  expect(refreshes).toBe(0);
  change({ state: 'succeeded' });
  expect(refreshes).toBe(1);
});

it('offers to stop a run again as soon as it goes on with another attempt', async () => {
  const { store, bridge } = await storeWith(aRun({ id: 'a', state: 'failed' }));
  const lenses = lensesOver(store);
  const titles = () => lenses.provideCodeLenses(document).map((lens) => lens.command?.title ?? '');
  expect(titles()).toContain('$(debug-continue) Resume…');
  const drawn: string[][] = [];
  lenses.onDidChangeCodeLenses(() => drawn.push(titles()));
  const resumed = aRun({ id: 'a', state: 'queued', attempt: 2 });
  store.accept(ROOT, resumed);
  bridge.notify('runs/changed', {
    root: ROOT,
    changed: [{ ...resumed, state: 'running' }],
    removed: [],
    total: 1,
  });
  expect(drawn).toEqual([['$(debug-stop) Stop', 'Open dashboard', 'Show resolved config']]);
});
