/** The built bridge: its cold start, the engine's schema from its cache, and the start of a real run. */
import { join } from 'node:path';
import { toolPaths } from '../../scripts/setup/home.mjs';
import { BridgeClient } from '../harness/bridge-client.ts';
import { sampleWorkspace } from '../harness/workspaces.ts';
import { median } from './figures.ts';

const COLD_STARTS = 9;
const SCHEMA_READS = 5;
const RUN_STARTS = 3;
const END_DEADLINE_MS = 60_000;

export async function measureBridge(): Promise<{ bridgeColdStartMs: number; schemaLoadMs: number }> {
  const coldStartsMs: number[] = [];
  const schemaLoadsMs: number[] = [];
  const interpreter = toolPaths().enginePython;
  for (let round = 0; round < COLD_STARTS; round += 1) {
    const bridge = await BridgeClient.open();
    coldStartsMs.push(bridge.coldStartMs);
    // The first reading asks the engine itself where nobody did before; the others are what a window waits for.
    if (round === 0) await bridge.request('schema/get', { interpreter });
    else if (round <= SCHEMA_READS) {
      const askedAtMs = performance.now();
      await bridge.request('schema/get', { interpreter });
      schemaLoadsMs.push(performance.now() - askedAtMs);
    }
    await bridge.close();
  }
  return { bridgeColdStartMs: median(coldStartsMs), schemaLoadMs: median(schemaLoadsMs) };
}

/**
 * From the request to its answer, which the bridge gives once the engine's process runs; the engine then takes its own
 * time to load. Each run is stopped at once.
 */
export async function measureStart(): Promise<{ runToStartedMs: number }> {
  const workspace = await sampleWorkspace();
  const bridge = await BridgeClient.open();
  try {
    const { root } = workspace;
    const configPath = join(workspace.folder, 'first.sft.yaml');
    const interpreter = toolPaths().enginePython;
    // The window has asked this long before anybody presses Run.
    await bridge.request('environment/inspect', { interpreter });
    const startsMs: number[] = [];
    for (let round = 0; round < RUN_STARTS; round += 1) {
      const askedAtMs = performance.now();
      const run = await bridge.request('runs/start', { root, configPath, interpreter });
      startsMs.push(performance.now() - askedAtMs);
      if (run.startedAtMs === undefined)
        throw new Error(`The run is ${run.state}, but no process of it runs.`);
      await stopAndWait(bridge, root, run.id);
    }
    return { runToStartedMs: median(startsMs) };
  } finally {
    await bridge.close();
    workspace.remove();
  }
}

async function stopAndWait(bridge: BridgeClient, root: string, runId: string): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    const late = new Error(`A stopped run did not end within ${END_DEADLINE_MS / 1000} s.`);
    const deadline = setTimeout(() => reject(late), END_DEADLINE_MS);
    bridge.onNotice('runs/changed', ({ changed }) => {
      if (!changed.some((run) => run.id === runId && run.endedAtMs !== undefined)) return;
      clearTimeout(deadline);
      resolve();
    });
  });
  await bridge.request('runs/watch', { root });
  await bridge.request('runs/stop', { root, runId });
  await ended;
}
