/** What watching costs: Tunewright's own CPU time over a whole real run of the sample, as a share of the trainer's. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toolPaths } from '../../scripts/setup/home.mjs';
import { BridgeClient } from '../harness/bridge-client.ts';
import { processesNaming } from '../harness/processes.ts';
import { sampleWorkspace } from '../harness/workspaces.ts';

const TRAINING_DEADLINE_MS = 600_000;
/** Processes are looked at so often: what one of them uses after the last look at it is missed. */
const LOOK_MS = 50;
/** The kernel gives times in hundredths of a second on every Linux. */
const TICKS_PER_SECOND = 100;

/** CPU seconds by process id, of everything that carries a run. */
interface UsedTimes {
  trainer: Map<number, number>;
  carriers: Map<number, number>;
}

/**
 * Supervisor and recorder from their first moment, and the bridge as a window has it while it shows the run (it lists,
 * watches and follows) from the moment at which the run has started; what the start takes is a figure of its own.
 */
export async function measureOverhead(): Promise<{ overheadPercent: Record<RunLength, number> }> {
  return { overheadPercent: { sample: await overheadOf('sample'), minutes: await overheadOf('minutes') } };
}

/** `sample`: half a minute, half of it the engine's imports. `minutes`: the same, going on for some minutes. */
type RunLength = 'sample' | 'minutes';

/** Ten times the steps of the sample. */
const STEPS_OF_MINUTES = 4_000;

async function overheadOf(length: RunLength): Promise<number> {
  const workspace = await sampleWorkspace();
  const config = join(workspace.folder, 'first.sft.yaml');
  if (length === 'minutes') {
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace(/^max_steps: .*$/m, `max_steps: ${STEPS_OF_MINUTES}`));
  }
  const bridge = await BridgeClient.open();
  const times: UsedTimes = { trainer: new Map(), carriers: new Map() };
  let hasEnded = false;
  const looking = look(times, workspace.root, () => hasEnded);
  try {
    const { root } = workspace;
    bridge.onNotice('runs/changed', ({ changed }) => {
      hasEnded ||= changed.some((run) => run.endedAtMs !== undefined);
    });
    await bridge.request('runs/watch', { root });
    const run = await bridge.request('runs/start', {
      root,
      configPath: config,
      interpreter: toolPaths().enginePython,
    });
    const atStart = cpuSeconds(bridge.process.pid ?? 0) ?? 0;
    await bridge.request('runs/follow', { root, runId: run.id });
    await looking;
    const ofBridge = (cpuSeconds(bridge.process.pid ?? 0) ?? 0) - atStart;
    const [trainer, carriers] = [sum(times.trainer), sum(times.carriers)];
    const parts = `trainer ${trainer.toFixed(2)}, supervisor and recorder ${carriers.toFixed(2)}`;
    console.log(`[bench] CPU seconds (${length}): ${parts}, bridge ${ofBridge.toFixed(2)}`);
    return Math.round((10_000 * (carriers + ofBridge)) / trainer) / 100;
  } finally {
    hasEnded = true;
    await looking.catch(() => undefined);
    await bridge.close();
    workspace.remove();
  }
}

async function look(times: UsedTimes, root: string, isOver: () => boolean): Promise<void> {
  const deadline = Date.now() + TRAINING_DEADLINE_MS;
  while (!isOver()) {
    if (Date.now() > deadline) throw new Error('The run of the sample did not end in time.');
    for (const { processId, command } of processesNaming(root)) {
      const seconds = cpuSeconds(processId);
      const part = command.includes('launcher.py') ? times.trainer : times.carriers;
      if (seconds !== undefined) part.set(processId, seconds);
    }
    await pause(LOOK_MS);
  }
}

function sum(seconds: ReadonlyMap<number, number>): number {
  return [...seconds.values()].reduce((total, each) => total + each, 0);
}

/** CPU time that a process has used; undefined where it has ended. */
function cpuSeconds(processId: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      // utime and stime: the 14th and 15th field of the line, of which two are cut off here.
      .slice(11, 13)
      .map(Number);
    return ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
