/** Runs the program of a suite, ends it when it hangs, and then whatever it has left, in whatever session that lives. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface Program {
  command: string;
  args: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string>>;
  /** After which it hangs. */
  deadlineMs: number;
}

export interface ProgramEnd {
  /** In words, `exit code 0` where all went well. */
  how: string;
  /** How many processes were left and had to be ended. */
  leftCount: number;
  wasInterrupted: boolean;
}

/** Everything that a suite starts carries it, unless it clears its environment. */
const MARK = 'SUITE_MARK';
const LOOKS = 100;
const LOOK_PAUSE_MS = 20;

export async function runProgram(program: Program): Promise<ProgramEnd> {
  const mark = `${MARK}=${randomUUID()}`;
  const { how, wasInterrupted } = await untilItsEnd(program, mark);
  return { how, wasInterrupted, leftCount: await endMarked(mark) };
}

function untilItsEnd(program: Program, mark: string): Promise<{ how: string; wasInterrupted: boolean }> {
  return new Promise((resolve) => {
    const child = spawn(program.command, program.args, {
      cwd: program.folder,
      env: { ...program.environment, [MARK]: mark.slice(MARK.length + 1) },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    });
    let isHung = false;
    let wasInterrupted = false;
    const interrupt = () => {
      wasInterrupted = true;
      endGroup(child, 'SIGTERM');
    };
    const deadline = setTimeout(() => {
      isHung = true;
      endGroup(child, 'SIGKILL');
    }, program.deadlineMs);
    const finish = (how: string) => {
      clearTimeout(deadline);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      resolve({ how: isHung ? 'it hung and was ended' : how, wasInterrupted });
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signal) => finish(signal ? `signal ${signal}` : `exit code ${code}`));
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') child.kill(signal);
  else kill(-child.pid, signal);
}

/** Again and again, since one of them may just be starting another. Gives how many there were at first. */
async function endMarked(mark: string): Promise<number> {
  const first = processesMarked(mark);
  for (let look = 0; look < LOOKS; look += 1) {
    const left = processesMarked(mark);
    if (left.length === 0) break;
    for (const processId of left) kill(processId, 'SIGKILL');
    await pause(LOOK_PAUSE_MS);
  }
  return first.length;
}

/** The living processes with this entry in their environment; none where the system does not tell. */
function processesMarked(mark: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark))
    .map(Number);
}

function environmentOf(processId: string): string[] {
  try {
    return readFileSync(`/proc/${processId}/environ`, 'utf8').split('\0');
  } catch {
    // It has ended, or is another user's.
    return [];
  }
}

function kill(processId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(processId, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
