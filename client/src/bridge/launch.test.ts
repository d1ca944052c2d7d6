import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bridgeCommand, failureOfEnd } from './launch.ts';

const ended = { exitCode: undefined, signal: undefined, errorText: '', startError: undefined };

it('starts the launcher through sh, as a list, with the chosen Python in the environment', () => {
  const launch = bridgeCommand({
    extensionFolder: '/ext',
    platform: 'linux',
    bridgePython: '/py/3.12/bin/python',
  });
  const launcher = join('/ext', 'dist', 'bridge', 'tunewright-bridge');
  expect(launch).toEqual({
    command: 'sh',
    arguments: [launcher, 'serve', '--stdio'],
    environment: { TUNEWRIGHT_PYTHON: '/py/3.12/bin/python' },
    launcher,
  });
});

it('leaves the choice of Python to the launcher where none is set', () => {
  expect(
    bridgeCommand({ extensionFolder: '/ext', platform: 'linux', bridgePython: undefined }).environment,
  ).toEqual({});
});

it('knows a launcher that found no Python', () => {
  const failure = failureOfEnd({ ...ended, exitCode: 127, errorText: 'no python' }, { hasAnswered: false });
  expect(failure.code).toBe('bridge-needs-python');
});

it('gives the last line of standard error as the reason of an end', () => {
  const end = { ...ended, exitCode: 1, errorText: 'Traceback\n  x\nMemoryError\n' };
  expect(failureOfEnd(end, { hasAnswered: true }).message).toContain('ended: MemoryError.');
});

it('gives the signal or the exit code where the bridge said nothing', () => {
  expect(failureOfEnd({ ...ended, signal: 'SIGKILL' }, { hasAnswered: true }).message).toContain('SIGKILL');
  expect(failureOfEnd({ ...ended, exitCode: 3 }, { hasAnswered: true }).message).toContain('exit code 3');
});
