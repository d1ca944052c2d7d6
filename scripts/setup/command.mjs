/** Starts the programs that set-up needs, and tells of their failures in words. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolsHome } from './home.mjs';

/** What failed, why, and what to do next. */
export class SetupError extends Error {
  /**
   * @param {string} what
   * @param {{ why?: string, next?: string }} [more]
   */
  constructor(what, more = {}) {
    super([what, more.why, more.next].filter(Boolean).join('\n'));
    this.name = 'SetupError';
  }
}

/**
 * Runs a program and keeps what it prints. A program that cannot be started counts as exit code 127.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function capture(command, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', (error) => done({ code: 127, stdout, stderr: error.message }));
    child.on('close', (code) => done({ code: code ?? 1, stdout, stderr }));
  });
}

/**
 * Runs an install program with its output in a log file of the tools home.
 * @param {string} logName
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, next?: string }} [options]
 */
export async function runLogged(logName, command, args, options = {}) {
  const folder = join(toolsHome(), 'logs');
  mkdirSync(folder, { recursive: true });
  const logPath = join(folder, `${logName}.log`);
  const log = createWriteStream(logPath);
  const { next, ...spawnOptions } = options;
  const code = await new Promise((done) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.on('error', (error) => {
      log.write(`${error.message}\n`);
      done(127);
    });
    child.on('close', (exitCode) => done(exitCode ?? 1));
  });
  await new Promise((done) => log.end(() => done(undefined)));
  if (code === 0) return;
  const tail = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  throw new SetupError(`${[command, ...args].join(' ')} failed (exit code ${code}).`, {
    why: tail,
    next: [next, `The whole output is in ${logPath}`].filter(Boolean).join('\n'),
  });
}

/**
 * Runs a program in plain sight and hands on its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<number>}
 */
export function runVisibly(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' });
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    child.on('error', fail);
    child.on('close', (code) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      done(code ?? 1);
    });
  });
}
