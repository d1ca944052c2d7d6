/** A step of set-up: named, shown while it runs, and skipped in milliseconds when its result is in place. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { toolsHome } from './home.mjs';
import { alone } from './lock.mjs';

const STILL_RUNNING_EVERY_MS = 15_000;

/**
 * @typedef {object} Step
 * @property {string} id names the stamp and the log file
 * @property {string} title
 * @property {readonly (string | { file: string })[]} inputs the result is made anew when one of these changes
 * @property {readonly string[]} results files without which the step is not in place
 * @property {() => Promise<void>} install
 */

/**
 * @param {readonly (string | { file: string })[]} inputs
 * @returns {string}
 */
export function fingerprint(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    hash.update(typeof input === 'string' ? input : readFileSync(input.file));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * @param {Step} step
 * @returns {Promise<void>}
 */
export async function ensure(step) {
  const stampPath = join(toolsHome(), 'stamps', step.id);
  const wanted = fingerprint([process.platform, process.arch, ...step.inputs]);
  const isInPlace = () =>
    existsSync(stampPath) &&
    readFileSync(stampPath, 'utf8') === wanted &&
    step.results.every((path) => existsSync(path));
  if (isInPlace()) return;
  await alone(async () => {
    // Another set-up may have done it while we waited.
    if (isInPlace()) return;
    rmSync(stampPath, { force: true });
    await showing(step.title, step.install);
    mkdirSync(dirname(stampPath), { recursive: true });
    writeFileSync(stampPath, wanted);
  });
}

/**
 * Shows that something runs, and how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function showing(title, work) {
  const startedAtMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedAtMs) / 1000);
  say(`[set-up] ${title} …`);
  const timer = setInterval(() => say(`[set-up] ${title}: ${seconds()} s so far`), STILL_RUNNING_EVERY_MS);
  try {
    const result = await work();
    say(`[set-up] ${title}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
