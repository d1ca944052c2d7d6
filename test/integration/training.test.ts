/** Real training through the built bridge: to its end, through kill -9, and stopped. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunSummary } from '../../protocol/src/run.ts';
import { toolPaths } from '../../scripts/setup/home.mjs';
import { BridgeClient } from '../harness/bridge-client.ts';
import { loggedSteps } from '../harness/logged.ts';
import { processesNaming } from '../harness/processes.ts';
import { sampleWorkspace, type TestWorkspace } from '../harness/workspaces.ts';

const TRAINING_DEADLINE_MS = 240_000;
const EXPECTED_STEPS = [1, ...Array.from({ length: 80 }, (_, index) => 5 * (index + 1))];
const MAX_BUCKETS = 1000;

let workspace: TestWorkspace;
const open: BridgeClient[] = [];

beforeEach(async () => {
  workspace = await sampleWorkspace();
});

afterEach(async () => {
  for (const bridge of open.splice(0)) await bridge.kill();
  workspace.remove();
});

async function openBridge(): Promise<BridgeClient> {
  const bridge = await BridgeClient.open();
  open.push(bridge);
  return bridge;
}

function start(bridge: BridgeClient): Promise<RunSummary> {
  return bridge.request('runs/start', {
    root: workspace.root,
    configPath: join(workspace.folder, 'first.sft.yaml'),
    interpreter: toolPaths().enginePython,
  });
}

/** Watches the root until the run looks as wanted. */
function until(
  bridge: BridgeClient,
  runId: string,
  isWanted: (run: RunSummary) => boolean,
): Promise<RunSummary> {
  return new Promise((resolve, reject) => {
    const late = new Error(`run ${runId} did not get there within ${TRAINING_DEADLINE_MS} ms`);
    const deadline = setTimeout(() => reject(late), TRAINING_DEADLINE_MS);
    const look = (runs: readonly RunSummary[]) => {
      const run = runs.find(({ id }) => id === runId);
      if (!run || !isWanted(run)) return;
      clearTimeout(deadline);
      resolve(run);
    };
    bridge.onNotice('runs/changed', ({ changed }) => look(changed));
    bridge.request('runs/watch', { root: workspace.root }).then(({ runs }) => look(runs), reject);
  });
}

const hasEnded = (run: RunSummary) => run.endedAtMs !== undefined;
const hasStep = (step: number) => (run: RunSummary) => (run.progress?.step ?? 0) >= step || hasEnded(run);

async function lossSteps(bridge: BridgeClient, runId: string): Promise<number[]> {
  const query = { root: workspace.root, runId, series: ['loss'], maxBuckets: MAX_BUCKETS };
  const { series } = await bridge.request('metrics/query', query);
  return series.find(({ name }) => name === 'loss')?.lastSteps ?? [];
}

test('a run trains to its end, and its loss falls to a third or less', async () => {
  const bridge = await openBridge();
  const { id } = await start(bridge);
  const run = await until(bridge, id, hasEnded);
  expect(run.state).toBe('succeeded');
  expect(run.exitCode).toBe(0);
  const { series } = await bridge.request('metrics/query', {
    root: workspace.root,
    runId: id,
    maxBuckets: MAX_BUCKETS,
  });
  const loss = series.find(({ name }) => name === 'loss');
  expect(loss?.lastSteps).toEqual(EXPECTED_STEPS);
  const values = loss?.lasts.map(Number) ?? [];
  expect(values.at(-1)).toBeLessThan((values[0] ?? 0) / 3);
});

test('kill -9 of the bridge loses no point of the curve, and the next bridge finds the run', async () => {
  const first = await openBridge();
  const { id } = await start(first);
  await until(first, id, hasStep(20));
  await first.kill();
  const second = await openBridge();
  const run = await until(second, id, hasEnded);
  expect(run.state).toBe('succeeded');
  expect(await lossSteps(second, id)).toEqual(EXPECTED_STEPS);
  expect(loggedSteps(run.directory, 'loss')).toEqual(EXPECTED_STEPS);
});

test('stopping ends the whole tree and leaves what was logged', async () => {
  const bridge = await openBridge();
  const { id } = await start(bridge);
  await until(bridge, id, hasStep(20));
  await bridge.request('runs/stop', { root: workspace.root, runId: id });
  const run = await until(bridge, id, hasEnded);
  expect(run.state).toBe('cancelled');
  const trainers = processesNaming(run.directory).filter(({ command }) => command.includes('launcher'));
  expect(trainers).toEqual([]);
  const steps = await lossSteps(bridge, id);
  expect(steps.length).toBeGreaterThan(3);
  expect(steps).toEqual(loggedSteps(run.directory, 'loss'));
});

test('the run directory is out of sight of git', async () => {
  const bridge = await openBridge();
  const { id, directory } = await start(bridge);
  await bridge.request('runs/stop', { root: workspace.root, runId: id });
  await until(bridge, id, hasEnded);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', workspace.folder, ...args], { encoding: 'utf8' });
  git('init', '--quiet');
  expect(git('check-ignore', directory).trim()).toBe(directory);
  expect(git('status', '--porcelain', '--untracked-files=all')).not.toContain('.tunewright/runs');
});
