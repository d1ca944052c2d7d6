/** Set-up skips what is in place, makes anew what changed, and never runs twice at once. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { capture, runLogged, SetupError } from './command.mjs';
import { childEnvironment, toolsHome } from './home.mjs';
import { alone } from './lock.mjs';
import { ensure } from './step.mjs';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tunewright-tools-'));
  vi.stubEnv('TUNEWRIGHT_TOOLS', home);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

function step(inputs: string[], install: () => void) {
  const result = join(home, 'thing');
  return {
    id: 'thing',
    title: 'a thing',
    inputs,
    results: [result],
    install: async () => {
      install();
      writeFileSync(result, '');
    },
  };
}

test('a step is done once, again after its inputs change, and again when its result is gone', async () => {
  expect(toolsHome()).toBe(home);
  const install = vi.fn();
  await ensure(step(['1'], install));
  await ensure(step(['1'], install));
  expect(install).toHaveBeenCalledTimes(1);
  await ensure(step(['2'], install));
  expect(install).toHaveBeenCalledTimes(2);
  rmSync(join(home, 'thing'));
  await ensure(step(['2'], install));
  expect(install).toHaveBeenCalledTimes(3);
});

test('a step that fails is tried again', async () => {
  const failing = step(['1'], () => {
    throw new Error('no space');
  });
  await expect(ensure(failing)).rejects.toThrow('no space');
  const install = vi.fn();
  await ensure(step(['1'], install));
  expect(install).toHaveBeenCalledTimes(1);
});

test('two set-ups do the same work once', async () => {
  const install = vi.fn();
  await Promise.all([ensure(step(['1'], install)), ensure(step(['1'], install))]);
  expect(install).toHaveBeenCalledTimes(1);
});

test('a lock left by a process that is gone does not hold anybody up', async () => {
  const ended = await capture(process.execPath, ['-e', 'console.log(process.pid)']);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'set-up.lock'), ended.stdout.trim());
  expect(await alone(async () => 'done')).toBe('done');
  expect(existsSync(join(home, 'set-up.lock'))).toBe(false);
});

test('a failed install tells the command, its last words and where all of them are', async () => {
  const args = ['-e', 'console.error("disk is full"); process.exit(3)'];
  const failure = runLogged('thing', process.execPath, args, { next: 'Make room.' });
  await expect(failure).rejects.toThrow(SetupError);
  await expect(failure).rejects.toThrow(/exit code 3[\s\S]*disk is full[\s\S]*Make room\.[\s\S]*thing\.log/);
});

test('children do not see the npm command that started us', () => {
  vi.stubEnv('PATH', `/checkout/node_modules/.bin:/usr/bin`);
  vi.stubEnv('npm_config_local_prefix', '/checkout');
  vi.stubEnv('npm_lifecycle_event', 'demo');
  const environment = childEnvironment({ EXTRA: '1' });
  expect(environment.PATH).not.toContain('node_modules/.bin:');
  expect(environment.PATH?.endsWith('/usr/bin')).toBe(true);
  expect(environment.npm_config_local_prefix).toBeUndefined();
  expect(environment.npm_lifecycle_event).toBeUndefined();
  expect(environment.EXTRA).toBe('1');
});
