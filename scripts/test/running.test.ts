/** A suite that hangs is ended with everything that it started, also what has made itself independent of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from './running.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tunewright-running-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Starts a program in a session of its own, says its id, and then does what is asked. */
function shell(then: string, deadlineMs = 60_000) {
  const script = `setsid sleep 600 & echo $! > ${join(folder, 'pid')}; ${then}`;
  const environment = { PATH: process.env.PATH ?? '' };
  return runProgram({ command: 'sh', args: ['-c', script], folder, environment, deadlineMs });
}

function startedLives(): boolean {
  const processId = readFileSync(join(folder, 'pid'), 'utf8').trim();
  try {
    // A zombie is dead.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('a program that hangs is ended with its whole tree', async () => {
  const { how, leftCount } = await shell('wait', 3000);
  expect(how).toBe('it hung and was ended');
  expect(leftCount).toBe(1);
  expect(startedLives()).toBe(false);
});

test('what a program leaves is counted and ended', async () => {
  const end = await shell('exit 3');
  expect(end).toEqual({ how: 'exit code 3', leftCount: 1, wasInterrupted: false });
  expect(startedLives()).toBe(false);
});

test('a program that is not there says so', async () => {
  const program = { command: '/no/such/program', args: [], folder, environment: {}, deadlineMs: 60_000 };
  expect((await runProgram(program)).how).toContain('ENOENT');
});
