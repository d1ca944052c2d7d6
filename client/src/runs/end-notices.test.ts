import { beforeEach, expect, it, vi } from 'vitest';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { recorded, resetEditor } from '../../../test/vscode/stand-in.ts';
import { anAlert, aRun, silentLog, TableBridge, TableMemory } from '../../../test/vscode/table-bridge.ts';
import { AlertNotices } from './alert-notices.ts';
import { showEndNotices } from './end-notices.ts';
import { RunStore } from './store.ts';
import { Told } from './told.ts';

const ROOT = '/w/.tunewright/runs';

beforeEach(resetEditor);

function toldIn(memory: TableMemory, isFocused = true): Told {
  const options = { memory, isFocused: () => isFocused, claim: () => true, log: silentLog };
  return new Told({ ...options, backgroundWaitMs: 20 });
}

async function windowWith(...runs: RunSummary[]) {
  return windowThat(toldIn(new TableMemory()), ...runs);
}

async function windowThat(told: Told, ...runs: RunSummary[]) {
  const bridge = new TableBridge({ 'runs/watch': () => ({ runs, total: runs.length }) });
  const store = new RunStore({ bridge, log: silentLog });
  const alerts = new AlertNotices({ store, told });
  showEndNotices({ store, alerts, told, retryFollowsMs: 5 });
  await store.watch(ROOT);
  const change = (changes: Partial<RunSummary>) =>
    bridge.notify('runs/changed', {
      root: ROOT,
      changed: [aRun({ id: 'a', ...changes })],
      removed: [],
      total: 1,
    });
  return { change };
}

it('tells once of a run that ends, and not of one that had ended before', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }), aRun({ id: 'b', state: 'failed' }));
  const done = {
    state: 'succeeded' as const,
    startedAtMs: 0,
    endedAtMs: 38_000,
    progress: { step: 9, loss: 0.0131 },
  };
  change(done);
  change(done);
  expect(recorded.messages).toEqual([
    { kind: 'info', text: 'first.sft has finished (38 s, loss 0.0131).', buttons: ['Open Dashboard'] },
  ]);
});

it('tells why a run failed, and leads to its log or on from a checkpoint', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  recorded.nextPressed = 'Open Log';
  change({
    state: 'failed',
    cause: { code: 'engine-error', values: { error: 'no such file', exitCode: '1' } },
  });
  await vi.waitFor(() => expect(recorded.messages).toHaveLength(1));
  expect(recorded.messages[0]).toEqual({
    kind: 'error',
    text: 'first.sft has failed: no such file (exit code 1)',
    buttons: ['Open Log', 'Resume…'],
  });
  await expect
    .poll(() => recorded.commands.find(({ id }) => id === 'tunewright.openLog')?.arguments)
    .toEqual([{ kind: 'run', runId: 'a' }]);
});

it('says of a lost run what is known', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  change({ state: 'lost', cause: { code: 'restarted', values: {} } });
  await vi.waitFor(() =>
    expect(recorded.messages[0]?.text).toBe('first.sft is lost: the machine was restarted meanwhile'),
  );
});

it('tells a failure and the retry that follows as one', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  change({ state: 'failed', exitCode: 1 });
  change({
    state: 'queued',
    attempt: 2,
    cause: { code: 'retry', values: { attempt: '1', seconds: '10', step: '40' } },
  });
  await vi.waitFor(() => expect(recorded.messages).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(recorded.messages).toEqual([
    {
      kind: 'warning',
      text: 'first.sft: attempt 1 ended early; the next one goes on at step 40 after 10 s.',
      buttons: ['Open Log', 'Stop'],
    },
  ]);
});

it('adds nothing to an alert that has told why a run failed', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  const alerts = [anAlert({ id: 'out_of_memory', kind: 'out_of_memory' })];
  change({ alerts });
  change({ alerts, state: 'failed', exitCode: 1 });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(recorded.messages.map(({ text }) => text)).toEqual([
    expect.stringContaining('it ran out of memory'),
  ]);
});

it('says nothing of a run that somebody stopped', async () => {
  const { change } = await windowWith(aRun({ id: 'a' }));
  change({ state: 'cancelled', cause: { code: 'stopped', values: { by: 'the user' } } });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(recorded.messages).toEqual([]);
});

it('tells of an end in one of several windows, at once in the one in which somebody works', async () => {
  const memory = new TableMemory();
  const open = (isFocused: boolean) => windowThat(toldIn(memory, isFocused), aRun({ id: 'a' }));
  const [behind, working] = [await open(false), await open(true)];
  behind.change({ state: 'succeeded' });
  expect(recorded.messages).toEqual([]);
  working.change({ state: 'succeeded' });
  expect(recorded.messages).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(recorded.messages).toHaveLength(1);
});
