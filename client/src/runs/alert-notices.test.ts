import { beforeEach, expect, it, vi } from 'vitest';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { recorded, resetEditor } from '../../../test/vscode/stand-in.ts';
import { anAlert, aRun, silentLog, TableBridge, TableMemory } from '../../../test/vscode/table-bridge.ts';
import { AlertNotices } from './alert-notices.ts';
import { RunStore } from './store.ts';
import { Told } from './told.ts';

const ROOT = '/w/.tunewright/runs';

beforeEach(resetEditor);

function toldIn(memory = new TableMemory(), isFocused = true): Told {
  return new Told({ memory, isFocused: () => isFocused, claim: () => true, log: silentLog });
}

/** A window that finds `standing` runs when it opens, and what happens in it later. */
async function windowWith(...standing: RunSummary[]) {
  return windowThat(toldIn(), ...standing);
}

async function windowThat(told: Told, ...standing: RunSummary[]) {
  const bridge = new TableBridge({ 'runs/watch': () => ({ runs: standing, total: standing.length }) });
  const store = new RunStore({ bridge, log: silentLog });
  const notices = new AlertNotices({ store, told, gatherMs: 1 });
  await store.watch(ROOT);
  const change = (changes: Partial<RunSummary>) =>
    bridge.notify('runs/changed', {
      root: ROOT,
      changed: [aRun({ id: 'a', ...changes })],
      removed: [],
      total: 1,
    });
  const shown = () => recorded.messages.map(({ text }) => text);
  return { bridge, store, notices, change, shown };
}

it('tells of an alert once, by its weight, with what can be done about it', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  change({ alerts: [anAlert()] });
  change({ alerts: [anAlert()], progress: { step: 90 } });
  expect(recorded.messages).toHaveLength(1);
  expect(recorded.messages[0]).toMatchObject({
    kind: 'error',
    buttons: ['Stop', 'Open Log', 'Resume with Change…'],
  });
  change({ alerts: [anAlert(), anAlert({ id: 'slowdown', kind: 'slowdown' })] });
  expect(recorded.messages[1]?.kind).toBe('warning');
});

it('tells of one trouble once, though several series have it, and again when it comes back much later', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  const inLoss = anAlert({ id: 'nan:loss', kind: 'nan', subject: 'loss' });
  const inGradient = anAlert({ id: 'nan:grad_norm', kind: 'nan', subject: 'grad_norm', atMs: 1_500 });
  change({ alerts: [inLoss] });
  change({ alerts: [inLoss, inGradient] });
  expect(recorded.messages).toHaveLength(1);
  change({ alerts: [{ ...inLoss, atMs: inLoss.atMs + 3_600_000 }, inGradient] });
  expect(recorded.messages).toHaveLength(2);
});

it('keeps quiet about hints, and about what the config ignores', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  change({ alerts: [anAlert({ kind: 'plateau', severity: 'hint' }), anAlert({ action: 'ignore' })] });
  expect(recorded.messages).toEqual([]);
});

it('leads to the line of the log', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  recorded.nextPressed = 'Open Log';
  change({ alerts: [anAlert({ logOffset: 4_096 })] });
  await expect
    .poll(() => recorded.commands.find(({ id }) => id === 'tunewright.openLog')?.arguments)
    .toEqual([{ kind: 'run', runId: 'a', attempt: 1, logOffset: 4_096 }]);
});

it('stops the attempt that it tells of, and no later one', async () => {
  const { change, store } = await windowWith(aRun({ id: 'a' }));
  recorded.nextPressed = 'Stop';
  change({ alerts: [anAlert()] });
  await expect.poll(() => recorded.commands.map(({ id }) => id)).toContain('tunewright.stop');
  recorded.commands.length = 0;
  recorded.nextPressed = 'Stop';
  change({ alerts: [anAlert({ kind: 'nan', id: 'nan:loss' })] });
  store.accept(ROOT, aRun({ id: 'a', attempt: 2 }));
  await expect.poll(() => recorded.messages.at(-1)?.text).toBe('Attempt 1 of first.sft has ended already.');
  expect(recorded.commands).toEqual([]);
});

it('offers no stop for what is stopped already, and says that it was', async () => {
  const { change, notices } = await windowWith(aRun({ id: 'a' }));
  const alerts = [anAlert({ action: 'stop' })];
  change({ state: 'stopping', alerts });
  expect(recorded.messages[0]?.buttons).toEqual(['Open Log', 'Resume with Change…']);
  expect(recorded.messages[0]?.text).toContain('was stopped because');
  expect(notices.hasToldWhy(aRun({ id: 'a', alerts }))).toBe(true);
});

it('says nothing of alerts that stood when the window opened, unless they go on and are severe', async () => {
  const { shown } = await windowWith(
    aRun({ id: 'a', alerts: [anAlert({ endedAtMs: 2_000 })] }),
    aRun({ id: 'b', alerts: [anAlert({ kind: 'slowdown', id: 'slowdown' })] }),
    aRun({ id: 'c', state: 'failed', alerts: [anAlert()] }),
    aRun({ id: 'd', name: 'big.rlhf', alerts: [anAlert({ kind: 'hang', id: 'hang' })] }),
  );
  await vi.waitFor(() => expect(shown()).toHaveLength(1));
  expect(shown()[0]).toMatch(/^big\.rlhf, step 88: /);
});

it('gathers what stood in several runs into one message', async () => {
  const { shown } = await windowWith(
    aRun({ id: 'a', alerts: [anAlert()] }),
    aRun({ id: 'b', name: 'big.rlhf', alerts: [anAlert()] }),
  );
  await vi.waitFor(() => expect(shown()).toEqual(['2 runs have alerts: first.sft, big.rlhf.']));
});

it('tells of an alert that came while the bridge was away', async () => {
  let alerts = [anAlert({ kind: 'slowdown', id: 'slowdown' })];
  const bridge = new TableBridge({ 'runs/watch': () => ({ runs: [aRun({ alerts })], total: 1 }) });
  const store = new RunStore({ bridge, log: silentLog });
  new AlertNotices({ store, told: toldIn(), gatherMs: 1 });
  await store.watch(ROOT);
  alerts = [...alerts, anAlert({ id: 'nan:loss', kind: 'nan' })];
  bridge.start();
  await vi.waitFor(() => expect(recorded.messages).toHaveLength(1));
  expect(recorded.messages[0]?.text).toContain('the loss is NaN');
});

it('tells nothing again after a reload, neither what stands nor what comes back soon', async () => {
  const memory = new TableMemory();
  const alerts = [anAlert()];
  const before = await windowThat(toldIn(memory), aRun({ id: 'a' }));
  before.change({ alerts });
  expect(recorded.messages).toHaveLength(1);
  const after = await windowThat(toldIn(memory), aRun({ id: 'a', alerts }));
  after.change({ alerts: [anAlert({ atMs: 61_000 })] });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(recorded.messages).toHaveLength(1);
  expect(after.notices.hasToldWhy(aRun({ id: 'a', alerts: [anAlert({ action: 'stop' })] }))).toBe(true);
});
