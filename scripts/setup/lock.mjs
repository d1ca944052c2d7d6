/** Keeps two set-ups from installing into the tools home at once. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { toolsHome } from './home.mjs';

const LOOK_EVERY_MS = 500;
/** A holder writes its id right after it made the file; until then the file is empty. */
const NEWBORN_LOOKS = 4;

/** @param {number} processId */
function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Another user's process cannot be signalled, but it is there.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} path */
function tryTake(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} path
 * @returns {number | undefined} the holder, where it has said who it is
 */
function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Runs `work` while no other process does so.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(work) {
  const path = join(toolsHome(), 'set-up.lock');
  mkdirSync(toolsHome(), { recursive: true });
  for (let looks = 0; !tryTake(path); looks += 1) {
    const holder = holderOf(path);
    const isLeftBehind = holder === undefined ? looks > NEWBORN_LOOKS : !isAlive(holder);
    if (isLeftBehind) rmSync(path, { force: true });
    else if (looks === 0)
      process.stdout.write(`[set-up] waiting for another set-up (process ${holder ?? '?'})\n`);
    await delay(LOOK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
