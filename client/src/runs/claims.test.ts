import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../../test/vscode/table-bridge.ts';
import { Claims } from './claims.ts';

let place: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'tunewright-claims-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

function claimsIn(folder = join(place, 'told')): Claims {
  return new Claims({ folder, log: silentLog });
}

it('gives each name to one of several windows', () => {
  const windows = [claimsIn(), claimsIn(), claimsIn()];
  expect(windows.map((each) => each.take('run/1/nan'))).toEqual([true, false, false]);
  expect(windows.map((each) => each.take('run/2/nan'))).toEqual([true, false, false]);
});

it('gives a name to every window where nothing can be written', async () => {
  const taken = join(place, 'file');
  await writeFile(taken, '');
  expect(claimsIn(taken).take('run/1/nan')).toBe(true);
  expect(claimsIn(join(taken, 'told')).take('run/1/nan')).toBe(true);
});

it('sweeps what is older than an hour, and leaves the rest', async () => {
  const folder = join(place, 'told');
  const claims = claimsIn();
  claims.take('old');
  const [old = ''] = await readdir(folder);
  await utimes(join(folder, old), 0, 0);
  claims.take('new');
  await claims.sweep();
  expect([claims.take('new'), claims.take('old')]).toEqual([false, true]);
  await claimsIn(join(place, 'nowhere')).sweep();
});
