/** Files by which the windows of a person agree on which of them tells something: the one that could make the file. */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorForLog, type Log } from '../log.ts';

/** Windows hear of the same thing within seconds. */
const KEPT_MS = 3_600_000;

export interface ClaimsOptions {
  /** Shared by all windows, and nobody else's. */
  readonly folder: string;
  readonly log: Log;
}

export class Claims {
  readonly #options: ClaimsOptions;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /**
   * Whether this is the first window that wants it. Synchronous, since nothing may come between the claim and the
   * telling, and rare. Where no file can be made every window tells: better twice than never.
   */
  take(name: string): boolean {
    const { folder, log } = this.#options;
    try {
      mkdirSync(folder, { recursive: true });
      const file = createHash('sha256').update(name).digest('hex');
      closeSync(openSync(join(folder, file), 'wx'));
      return true;
    } catch (error) {
      if (isThereAlready(error)) return false;
      log.warn(`What is told cannot be agreed on with other windows: ${errorForLog(error)}`);
      return true;
    }
  }

  /** Removes the files that no window asks for any more. */
  async sweep(nowMs = Date.now()): Promise<void> {
    const { folder, log } = this.#options;
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      try {
        // Another window may sweep, too.
        if (nowMs - (await stat(path)).mtimeMs > KEPT_MS) await rm(path, { force: true });
      } catch (error) {
        log.debug(`${path} stays: ${errorForLog(error)}`);
      }
    }
  }
}

/** The file, that is; where the folder's place is taken by a file, nothing can be claimed. */
function isThereAlready(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'EEXIST' &&
    'syscall' in error &&
    error.syscall === 'open'
  );
}
