import { expect, it } from 'vitest';
import { QueueWait } from '../../../protocol/src/run.ts';
import { aRun } from '../../../test/vscode/table-bridge.ts';
import { countsDown, ordinalText, WAIT_CODES, waitingText } from './waiting.ts';

const queued = (changes: Parameters<typeof aRun>[0]) => aRun({ state: 'queued', ...changes });

it('tells the place in the queue and what is waited for', () => {
  const place = { queue: 'gpu', position: 2, waiting: 3, devicesWanted: 1 };
  expect(waitingText(queued({ queuePlace: place }), 0)).toBe('queued: 2nd of 3, waits for 1 device');
  const alone = { queue: 'gpu', position: 1, waiting: 1, devicesWanted: 2 };
  expect(waitingText(queued({ queuePlace: alone }), 0)).toBe('queued: waits for 2 devices');
});

it('tells why it waits where that is more than its place', () => {
  const wait = (code: QueueWait['code'], values: Record<string, string>, waiting = 2) => {
    const queuePlace = { queue: 'gpu', position: 1, waiting, devicesWanted: 2, waitsFor: { code, values } };
    return waitingText(queued({ queuePlace }), 0);
  };
  expect(wait('devices-held', { wanted: '2', free: '1' })).toBe(
    'queued: 1st of 2, other runs hold the devices (2 wanted, 1 free)',
  );
  expect(wait('devices-busy', { wanted: '2', free: '0', devices: 'GPU 0' }, 1)).toBe(
    'queued: other programs use GPU 0 (2 wanted, 0 free)',
  );
  expect(wait('other-queue', { run: 'big.rlhf' })).toBe(
    'queued: 1st of 2, big.rlhf in the queue ? came earlier',
  );
});

it('has words for every reason of the protocol', () => {
  expect(WAIT_CODES.toSorted()).toEqual(QueueWait.shape.code.options.toSorted());
});

it('counts down to a retry, and says from where it goes on', () => {
  const cause = { code: 'retry' as const, values: { attempt: '1', seconds: '30', step: '40' } };
  const run = queued({ cause, sinceMs: 1_000, attempt: 2 });
  expect(waitingText(run, 11_000)).toBe('starts again in 20 s from step 40');
  expect(waitingText(run, 90_000)).toBe('starts again from step 40');
  expect(countsDown(run)).toBe(true);
  const anew = queued({ cause: { code: 'retry', values: { attempt: '1', seconds: '30' } }, sinceMs: 0 });
  expect(waitingText(anew, 10_000)).toBe('starts again in 20 s');
});

it('says why it waits otherwise', () => {
  expect(waitingText(queued({}), 0)).toBe('queued');
  expect(waitingText(queued({ reason: 'waits for 2 GPUs' }), 0)).toBe('queued: waits for 2 GPUs');
});

it.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [11, '11th'],
  [12, '12th'],
  [21, '21st'],
])('%d is the %s', (position, text) => expect(ordinalText(position)).toBe(text));
