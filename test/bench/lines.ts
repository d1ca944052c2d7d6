/** Notes when each line of the engine's metrics came to the disk. */
import { existsSync, statSync, watch } from 'node:fs';
import { metricsFiles, steppedLines } from '../harness/logged.ts';

const LOOK_EVERY_MS = 50;

export interface WatchedLines {
  /** Ends the watch; wall-clock milliseconds of each step's first line. */
  stop(): Map<number, number>;
}

export function watchLines(runDirectory: string): WatchedLines {
  const seen = new Map<number, number>();
  let file: string | undefined;
  let sizeBytes = 0;
  let watcher: ReturnType<typeof watch> | undefined;
  const look = () => {
    if (file === undefined) return;
    const nowMs = Date.now();
    const grownBytes = statSync(file).size;
    if (grownBytes === sizeBytes) return;
    sizeBytes = grownBytes;
    for (const step of steppedLines(file)) if (!seen.has(step)) seen.set(step, nowMs);
  };
  const search = setInterval(() => {
    [file] = existsSync(runDirectory) ? metricsFiles(runDirectory) : [];
    if (file === undefined) return;
    clearInterval(search);
    watcher = watch(file, look);
    look();
  }, LOOK_EVERY_MS);
  return {
    stop: () => {
      clearInterval(search);
      watcher?.close();
      return seen;
    },
  };
}
