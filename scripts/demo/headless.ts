/** Trains a config through the built bridge's command line, and judges from its events whether the model learnt. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { MetricPoint } from '../../protocol/src/metric.ts';
import { RunState, RunSummary } from '../../protocol/src/run.ts';
import { childEnvironment, repository } from '../setup/home.mjs';

/** The last line of the demo. */
export interface DemoResult {
  ok: boolean;
  runId: string;
  runDirectory: string;
  steps: number;
  firstLoss: number;
  lastLoss: number;
  seconds: number;
}

/** The loss must fall to this share of its first value. */
const LEARNT_SHARE = 1 / 3;

/** The events of `tunewright-bridge run --json`, one a line. */
const Event = z.discriminatedUnion('event', [
  z.object({ event: z.literal('started'), run: RunSummary }),
  z.object({ event: z.literal('state'), state: RunState }),
  MetricPoint.extend({ event: z.literal('point') }),
  z.object({ event: z.literal('finished'), run: RunSummary }),
]);
type Event = z.infer<typeof Event>;

export async function trainHeadless(configPath: string, interpreter: string): Promise<DemoResult> {
  const program = join(repository, 'dist', 'bridge', 'tunewright-bridge');
  const startedAtMs = Date.now();
  const child = spawn(program, ['run', configPath, '--json', '--interpreter', interpreter], {
    cwd: dirname(configPath),
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  let run: RunSummary | undefined;
  let steps = 0;
  const losses: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = Event.parse(JSON.parse(line));
    console.log(`[demo] ${wordsOf(event)}`);
    if (event.event === 'started' || event.event === 'finished') run = event.run;
    if (event.event !== 'point') continue;
    steps = Math.max(steps, event.step);
    const loss = event.values.loss;
    if (loss !== undefined) losses.push(Number(loss));
  }
  const exitCode = await ended;
  if (run === undefined) throw new Error(`The bridge started no run (exit code ${exitCode}).`);
  const firstLoss = losses[0] ?? Number.NaN;
  const lastLoss = losses.at(-1) ?? Number.NaN;
  return {
    ok: exitCode === 0 && run.state === 'succeeded' && lastLoss <= firstLoss * LEARNT_SHARE,
    runId: run.id,
    runDirectory: run.directory,
    steps,
    firstLoss,
    lastLoss,
    seconds: Math.round((Date.now() - startedAtMs) / 100) / 10,
  };
}

function wordsOf(event: Event): string {
  switch (event.event) {
    case 'started':
      return `run ${event.run.id} started; the engine takes about 20 s to load`;
    case 'state':
      return event.state;
    case 'point': {
      const values = Object.entries(event.values).map(([name, value]) => `${name} ${value}`);
      return `step ${event.step}: ${values.join(', ')}`;
    }
    case 'finished':
      return `${event.run.state}${event.run.reason === undefined ? '' : `: ${event.run.reason}`}`;
  }
}
