/**
 * What many runs cost the bridge: ten thousand ended ones in a list, and fifty live ones under watch. Only the run
 * directories are made; the live ones name this process as who carries them, and log nothing.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeClient } from '../harness/bridge-client.ts';
import { median } from './figures.ts';
import { residentMb } from './memory.ts';

const ENDED_RUNS = 10_000;
const LIST_READS = 5;
const LIVE_RUNS = 50;
const SETTLE_MS = 5_000;
const IDLE_MS = 30_000;
/** The clock of /proc on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ManyFigures {
  /** From the request to the parsed answer, in a bridge that has listed nothing before, with a list index. */
  listTenThousandMs: number;
  /** A bridge that watches fifty live runs which log nothing: part of one core, and resident memory. */
  idleBridge: { cpuPercent: number; memoryMb: number };
}

export async function measureMany(): Promise<ManyFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'tunewright-many-'));
  try {
    const listTenThousandMs = await measureList(join(folder, 'ended', '.tunewright', 'runs'));
    return { listTenThousandMs, idleBridge: await measureIdle(join(folder, 'live', '.tunewright', 'runs')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureList(root: string): Promise<number> {
  for (let index = 0; index < ENDED_RUNS; index += 1) writeEndedRun(root, index);
  // The first to list the runs makes the index.
  const first = await BridgeClient.open();
  await first.request('runs/list', { root });
  await first.close();
  const readsMs: number[] = [];
  for (let read = 0; read < LIST_READS; read += 1) {
    const bridge = await BridgeClient.open();
    const askedAtMs = performance.now();
    const { runs } = await bridge.request('runs/list', { root });
    readsMs.push(performance.now() - askedAtMs);
    await bridge.close();
    if (runs.length !== ENDED_RUNS) throw new Error(`Of ${ENDED_RUNS} runs ${runs.length} were listed.`);
  }
  return median(readsMs);
}

async function measureIdle(root: string): Promise<ManyFigures['idleBridge']> {
  for (let index = 0; index < LIVE_RUNS; index += 1) writeLiveRun(root, index);
  const bridge = await BridgeClient.open();
  try {
    const { runs } = await bridge.request('runs/watch', { root });
    const live = runs.filter(({ state }) => state === 'running').length;
    if (live !== LIVE_RUNS) throw new Error(`Of ${LIVE_RUNS} live runs ${live} are running.`);
    const processId = bridge.process.pid ?? 0;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const [ticksBefore, before] = [cpuTicks(processId), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const seconds = (performance.now() - before) / 1000;
    const cpuSeconds = (cpuTicks(processId) - ticksBefore) / TICKS_PER_SECOND;
    return {
      cpuPercent: Math.round((10_000 * cpuSeconds) / seconds) / 100,
      memoryMb: residentMb(processId),
    };
  } finally {
    await bridge.close();
  }
}

function cpuTicks(processId: number): number {
  const fields = statOf(processId);
  return Number(fields[13]) + Number(fields[14]);
}

/** The fields of /proc/<pid>/stat by their numbers less one; a name may hold spaces, so it is counted as one. */
function statOf(processId: number): string[] {
  const text = readFileSync(`/proc/${processId}/stat`, 'utf8');
  const end = text.lastIndexOf(')');
  return [String(processId), text.slice(text.indexOf('('), end + 1), ...text.slice(end + 2).split(' ')];
}

const START_MS = Date.UTC(2026, 0, 1);

function runId(index: number): string {
  const stamp = new Date(START_MS + index * 60_000).toISOString().replace(/[-:]/g, '');
  return `${stamp.slice(0, 8)}-${stamp.slice(9, 15)}-first.sft-aaaa`;
}

function writeRun(root: string, index: number, state: 'running' | 'succeeded'): string {
  const id = runId(index);
  const directory = join(root, id);
  const attempt = join(directory, 'attempts', '1');
  const output = join(attempt, 'output');
  mkdirSync(output, { recursive: true });
  const atMs = START_MS + index * 60_000;
  writeJson(join(directory, 'run.json'), {
    format: 1,
    id,
    name: 'first.sft',
    number: index + 1,
    task: 'sft',
    createdAtMs: atMs,
    configPath: '/w/first.sft.yaml',
    workingDirectory: '/w',
    host: 'local',
    executor: 'local',
    tags: [],
    bridgeVersion: '0.1.0',
  });
  writeJson(join(directory, 'state.json'), { format: 1, state, attempt: 1, sinceMs: atMs });
  writeJson(join(directory, 'events.jsonl'), { atMs, attempt: 1, kind: 'state', state });
  writeFileSync(join(directory, 'config.yaml'), 'model: model\n');
  writeJson(join(attempt, 'command.json'), {
    format: 1,
    arguments: ['true'],
    workingDirectory: '/w',
    environment: {},
    secretNames: [],
    tool: { tool: 'engine', interpreter: '/usr/bin/python3', health: 'ok', packages: {} },
    outputDirectory: output,
  });
  const logged = { loss: 0.42, epoch: 3, 'global_step/max_steps': '400/400', 'train_speed(s/it)': 0.1 };
  writeJson(join(output, 'logging.jsonl'), logged);
  return attempt;
}

function writeEndedRun(root: string, index: number): void {
  const attempt = writeRun(root, index, 'succeeded');
  const endedAtMs = START_MS + index * 60_000 + 40_000;
  writeJson(join(attempt, 'exit.json'), { format: 1, exitCode: 0, endedAtMs });
}

function writeLiveRun(root: string, index: number): void {
  const attempt = writeRun(root, index, 'running');
  const carrier = {
    pid: process.pid,
    startToken: statOf(process.pid)[21],
    bootId: bootId(),
    hostName: hostname(),
  };
  const takenAtMs = Date.now();
  writeJson(join(attempt, 'lease.json'), { format: 1, generation: 1, supervisor: carrier, takenAtMs });
  const carriers = { recorder: carrier, trainer: carrier };
  writeJson(join(attempt, 'recorder.json'), { format: 1, ...carriers, startedAtMs: takenAtMs });
}

/** As the bridge names it: the boot, and the container's own count of processes. */
function bootId(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}/${statSync('/proc/self/ns/pid').ino}`;
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value)}\n`);
}
