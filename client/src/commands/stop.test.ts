import { beforeEach, expect, it } from 'vitest';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { recorded, resetEditor } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { RunStore } from '../runs/store.ts';
import type { CommandContext } from './context.ts';
import { moveDown, moveFirst, moveUp } from './queue.ts';
import { stop, stopAtCheckpoint, whenEnded } from './stop.ts';

const ROOT = '/w/.tunewright/runs';
const NODE = { kind: 'run', runId: 'a' };

beforeEach(resetEditor);

async function contextWith(runs: RunSummary[], selected?: unknown) {
  const bridge = new TableBridge({
    'runs/watch': () => ({ runs, total: runs.length }),
    // What has not begun is cancelled, whatever it is to wait for.
    'runs/stop': ({ when }) =>
      when === 'now' || runs[0]?.state === 'queued'
        ? aRun({ id: 'a', state: 'cancelled' })
        : aRun({ id: 'a', stopWhen: when }),
    'queue/move': ({ root, runId }) => ({
      queues: [
        {
          name: 'gpu',
          entries: [
            { root, runId: 'holder', name: 'h', state: 'running', devicesWanted: 1, deviceIds: ['gpu0'] },
            { root, runId, name: 'moved', state: 'queued', devicesWanted: 1 },
            { root, runId: 'other', name: 'other', state: 'queued', devicesWanted: 2 },
          ],
        },
      ],
    }),
  });
  const store = new RunStore({ bridge, log: silentLog });
  const context = {
    bridge,
    runs: store,
    roots: { ensure: () => store.watch(ROOT) },
    selectedRun: () => selected,
  } as unknown as CommandContext;
  await store.watch(ROOT);
  const asked = (method: string) =>
    bridge.asked.filter((call) => call.method === method).map(({ params }) => params);
  return { context, store, asked };
}

it('stops at once, and needs no word where that is quick', async () => {
  const { context, store, asked } = await contextWith([aRun({ id: 'a' })]);
  await stop.run(context, NODE);
  expect(asked('runs/stop')).toEqual([{ root: ROOT, runId: 'a', when: 'now' }]);
  expect(store.find('a')?.summary.state).toBe('cancelled');
  expect(recorded.progress).toEqual([]);
});

it('says that a second request is carried out without patience', async () => {
  const { context, asked } = await contextWith([aRun({ id: 'a', state: 'stopping' })]);
  await stop.run(context, NODE);
  expect(asked('runs/stop')).toHaveLength(1);
  expect(recorded.messages[0]?.text).toBe('first.sft is ended now, whatever it is doing.');
});

it('stops at the next checkpoint, and can be told to stop now all the same', async () => {
  const { context, store, asked } = await contextWith([aRun({ id: 'a' })]);
  await stopAtCheckpoint.run(context, NODE);
  expect(store.find('a')?.summary.stopWhen).toBe('next-checkpoint');
  expect(recorded.messages[0]).toEqual({
    kind: 'info',
    text: 'first.sft stops when its next checkpoint is complete.',
    buttons: ['Stop Now'],
  });
  recorded.nextPressed = 'Stop Now';
  await stopAtCheckpoint.run(context, NODE);
  expect(asked('runs/stop').map((params) => (params as { when: string }).when)).toEqual([
    'next-checkpoint',
    'next-checkpoint',
    'now',
  ]);
});

it('does not claim that what waits for its turn stops at a checkpoint: it is cancelled', async () => {
  const { context, store } = await contextWith([queued('a', 1)]);
  await stopAtCheckpoint.run(context, NODE);
  expect(store.find('a')?.summary.state).toBe('cancelled');
  expect(recorded.messages).toEqual([]);
});

function queued(id: string, position: number) {
  const queuePlace = { queue: 'gpu', position, waiting: 2, devicesWanted: 1 };
  return aRun({ id, state: 'queued', queuePlace });
}

it('moves a run in its queue, and shows the new places at once', async () => {
  const { context, store, asked } = await contextWith([queued('a', 2), queued('other', 1)]);
  await moveUp.run(context, NODE);
  expect(asked('queue/move')).toEqual([{ root: ROOT, runId: 'a', position: 1 }]);
  expect(store.find('a')?.summary.queuePlace?.position).toBe(1);
  expect(store.find('other')?.summary.queuePlace).toEqual({
    queue: 'gpu',
    position: 2,
    waiting: 2,
    devicesWanted: 2,
  });
});

it('moves what is selected where a key of the view asks, and nothing where nothing is', async () => {
  const selected = await contextWith([queued('a', 2), queued('other', 1)], NODE);
  await moveFirst.run(selected.context, 'selected');
  expect(selected.asked('queue/move')).toEqual([{ root: ROOT, runId: 'a', position: 1 }]);
  const none = await contextWith([queued('a', 2)]);
  await moveFirst.run(none.context, 'selected');
  expect(none.asked('queue/move')).toEqual([]);
});

it('leaves alone what is at its end already, and says of a run in no queue that it is in none', async () => {
  const { context, asked } = await contextWith([queued('a', 2), aRun({ id: 'b' })]);
  await moveDown.run(context, NODE);
  expect(asked('queue/move')).toEqual([]);
  await expect(moveUp.run(context, { kind: 'run', runId: 'b' })).rejects.toMatchObject({
    code: 'not-queued',
  });
});

it('waits for the end of an attempt no longer than until the next one is there', async () => {
  const { store } = await contextWith([aRun({ id: 'a', state: 'stopping' })]);
  const ended = whenEnded(store, 'a').then(() => 'ended');
  store.accept(ROOT, aRun({ id: 'a', state: 'stopping', progress: { step: 3 } }));
  expect(await Promise.race([ended, Promise.resolve('waiting')])).toBe('waiting');
  store.accept(ROOT, aRun({ id: 'a', state: 'queued', attempt: 2 }));
  expect(await ended).toBe('ended');
});
