/** The built bridge: its cold start, the engine's schema from its cache, and a real run from start to every point. */
import { existsSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { toolPaths } from '../../scripts/setup/home.mjs';
import { BridgeClient } from '../harness/bridge-client.ts';
import { metricsFiles, steppedLines } from '../harness/logged.ts';
import { sampleWorkspace } from '../harness/workspaces.ts';
import { median, type Spread, spread } from './figures.ts';

const COLD_STARTS = 9;
const SCHEMA_READS = 5;
const TRAINING_DEADLINE_MS = 240_000;
const LOOK_EVERY_MS = 5;

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
 * Trains the sample. `runToStartedMs`: from the request to its answer, which the bridge gives once the engine's process
 * runs (the engine then takes its own time to load); `logLineToPointMs`: from the engine's line to the editor.
 */
export async function measureRun(): Promise<{ runToStartedMs: number; logLineToPointMs: Spread }> {
  const workspace = await sampleWorkspace();
  const bridge = await BridgeClient.open();
  try {
    const { root } = workspace;
    const arrivedAtMs = new Map<number, number>();
    bridge.onNotice('runs/appended', ({ points }) => {
      for (const { step } of points) if (!arrivedAtMs.has(step)) arrivedAtMs.set(step, performance.now());
    });
    const ended = new Promise<void>((resolve, reject) => {
      const late = new Error(`The run did not end within ${TRAINING_DEADLINE_MS / 1000} s.`);
      const deadline = setTimeout(() => reject(late), TRAINING_DEADLINE_MS);
      bridge.onNotice('runs/changed', ({ changed }) => {
        for (const run of changed) {
          if (run.endedAtMs === undefined) continue;
          clearTimeout(deadline);
          resolve();
        }
      });
    });
    await bridge.request('runs/watch', { root });
    // The window has asked this long before anybody presses Run.
    await bridge.request('environment/inspect', { interpreter: toolPaths().enginePython });
    const askedAtMs = performance.now();
    const configPath = join(workspace.folder, 'first.sft.yaml');
    const run = await bridge.request('runs/start', {
      root,
      configPath,
      interpreter: toolPaths().enginePython,
    });
    const runToStartedMs = Math.round(performance.now() - askedAtMs);
    if (run.startedAtMs === undefined)
      throw new Error(`The run is ${run.state}, but no process of it was started.`);
    await bridge.request('runs/follow', { root, runId: run.id });
    const writtenAtMs = watchLines(run.directory);
    await ended;
    const written = writtenAtMs.stop();
    const delays = [...written].flatMap(([step, atMs]) => {
      const arrived = arrivedAtMs.get(step);
      return arrived === undefined ? [] : [arrived - atMs];
    });
    return { runToStartedMs, logLineToPointMs: spread(delays) };
  } finally {
    await bridge.close();
    workspace.remove();
  }
}

/** Notes when each line of the engine's metrics came to the disk, by step. */
export function watchLines(runDirectory: string): { stop: () => Map<number, number> } {
  const seen = new Map<number, number>();
  let file: string | undefined;
  let size = 0;
  const look = () => {
    if (file === undefined) return;
    const nowMs = performance.now();
    const grown = statSync(file).size;
    if (grown === size) return;
    size = grown;
    for (const step of steppedLines(file)) if (!seen.has(step)) seen.set(step, nowMs);
  };
  let watcher: ReturnType<typeof watch> | undefined;
  const search = setInterval(() => {
    [file] = existsSync(runDirectory) ? metricsFiles(runDirectory) : [];
    if (file === undefined) return;
    clearInterval(search);
    watcher = watch(file, look);
    look();
  }, LOOK_EVERY_MS);
  return {
    stop: () => {
      clearInterval(search);
      watcher?.close();
      return seen;
    },
  };
}
