/** The bridge's life against a small real child: start, failures by name, death, restart, giving up. */
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import type { HostSample } from '../../../protocol/src/device.ts';
import { PROTOCOL_HASH } from '../../../protocol/src/generated/hash.ts';
import { Failure } from '../errors.ts';
import type { Log } from '../log.ts';
import { Bridge, type BridgeState } from './bridge.ts';
import { openLocalProcess } from './process.ts';
import { RestartPolicy } from './restart-policy.ts';

const SCRIPT = fileURLToPath(new URL('../../../test/fixtures/small-bridge/main.mjs', import.meta.url));
const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  show: () => undefined,
};
const opened: Bridge[] = [];

afterEach(() => {
  for (const bridge of opened.splice(0)) bridge.dispose();
});

interface Setting {
  behaviors?: string[];
  isTrusted?: boolean;
  maxRestarts?: number;
  initializeDeadlineMs?: number;
}

/** A bridge whose processes behave as told, one behavior a start; the last one stays. */
function bridgeThat(setting: Setting = {}): { bridge: Bridge; starts: () => number } {
  const { behaviors = ['good'], isTrusted = true, maxRestarts = 3, initializeDeadlineMs = 5_000 } = setting;
  let starts = 0;
  const bridge = new Bridge({
    log: silent,
    policy: new RestartPolicy({ maxRestarts, windowMs: 60_000, firstDelayMs: 10, maxDelayMs: 20 }),
    isTrusted: () => isTrusted,
    initializeDeadlineMs,
    openTransport: () => {
      const behavior = behaviors[Math.min(starts, behaviors.length - 1)] ?? 'good';
      starts += 1;
      const environment = { SMALL_BRIDGE_BEHAVIOR: behavior, SMALL_BRIDGE_HASH: PROTOCOL_HASH };
      const launch = { command: process.execPath, arguments: [SCRIPT], environment, launcher: SCRIPT };
      return openLocalProcess(launch, silent);
    },
  });
  opened.push(bridge);
  return { bridge, starts: () => starts };
}

function stateOf(bridge: Bridge, wanted: BridgeState): Promise<void> {
  return new Promise((resolve) => {
    if (bridge.state === wanted) resolve();
    else bridge.onDidChangeState((state) => state === wanted && resolve());
  });
}

async function failureOf(request: Promise<unknown>): Promise<Failure> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`expected a Failure, got ${String(error)}`);
  return error;
}

it('starts with the first request, and once for many', async () => {
  const { bridge, starts } = bridgeThat();
  expect(bridge.state).toBe('idle');
  const samples = await Promise.all([bridge.request('devices/read', {}), bridge.request('devices/read', {})]);
  expect(samples.map(({ hostName }) => hostName)).toEqual(['small', 'small']);
  expect(starts()).toBe(1);
});

it('starts nothing in a workspace that is not trusted', async () => {
  const { bridge, starts } = bridgeThat({ isTrusted: false });
  expect((await failureOf(bridge.request('devices/read', {}))).code).toBe('workspace-untrusted');
  expect(starts()).toBe(0);
});

it('names a failure that the bridge reports, with its values', async () => {
  const { bridge } = bridgeThat();
  const failure = await failureOf(bridge.request('runs/get', { root: '/w', runId: 'r1' }));
  expect(failure).toMatchObject({ code: 'run-not-found', values: { root: '/w', run: 'r1' } });
});

it.each([
  ['no-python', 'bridge-needs-python'],
  ['dies-at-start', 'bridge-ended'],
  ['other-version', 'protocol-mismatch'],
  ['misspeaks', 'bridge-misspoke'],
])('a bridge that is %s fails as %s', async (behavior, code) => {
  const { bridge } = bridgeThat({ behaviors: [behavior] });
  expect((await failureOf(bridge.request('devices/read', {}))).code).toBe(code);
});

it('says which import failed where the bridge dies at once', async () => {
  const { bridge } = bridgeThat({ behaviors: ['dies-at-start'] });
  const failure = await failureOf(bridge.request('devices/read', {}));
  expect(failure.message).toContain('ImportError: no module named psutil');
});

it('gives up a bridge that does not answer in time', async () => {
  const { bridge } = bridgeThat({ behaviors: ['silent'], initializeDeadlineMs: 300 });
  expect((await failureOf(bridge.request('devices/read', {}))).code).toBe('bridge-silent');
});

it('names the missing launcher', async () => {
  const launch = { command: 'sh', arguments: [], environment: {}, launcher: '/nowhere/tunewright-bridge' };
  const failure = await failureOf(openLocalProcess(launch, silent));
  expect(failure).toMatchObject({ code: 'bridge-missing', values: { path: '/nowhere/tunewright-bridge' } });
});

it('starts nothing again after a failed start until somebody asks', async () => {
  const { bridge, starts } = bridgeThat({ behaviors: ['no-python', 'good'] });
  await failureOf(bridge.request('devices/read', {}));
  await failureOf(bridge.request('devices/read', {}));
  expect(starts()).toBe(1);
  bridge.retryIfFailed();
  expect((await bridge.request('devices/read', {})).hostName).toBe('small');
});

it('starts again by itself when it dies, tells whoever waited, and announces the new start', async () => {
  const { bridge, starts } = bridgeThat();
  await bridge.request('devices/read', {});
  const again = new Promise<void>((resolve) => bridge.onDidStart(() => resolve()));
  const failure = await failureOf(bridge.request('runs/unwatch', { root: '/w' }));
  expect(failure.code).toBe('bridge-ended');
  await again;
  expect(starts()).toBe(2);
  expect((await bridge.request('devices/read', {})).hostName).toBe('small');
});

it('gives up after too many deaths, and works again when restarted by hand', async () => {
  const { bridge, starts } = bridgeThat({ maxRestarts: 1 });
  await bridge.request('devices/read', {});
  const again = new Promise<void>((resolve) => bridge.onDidStart(() => resolve()));
  await failureOf(bridge.request('runs/unwatch', { root: '/w' }));
  await again;
  await failureOf(bridge.request('runs/unwatch', { root: '/w' }));
  await stateOf(bridge, 'failed');
  expect(starts()).toBe(2);
  await bridge.restart();
  expect((await bridge.request('devices/read', {})).hostName).toBe('small');
});

it('passes on notifications that fit the protocol and leaves out the others', async () => {
  const { bridge } = bridgeThat();
  const seen: HostSample[] = [];
  const arrived = new Promise<void>((resolve) =>
    bridge.onNotice('devices/changed', (sample) => {
      seen.push(sample);
      resolve();
    }),
  );
  await bridge.request('devices/watch', {});
  await arrived;
  expect(seen.map(({ atMs }) => atMs)).toEqual([2]);
});
