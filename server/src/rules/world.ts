/** In how many processes a config trains, as far as the file says. source: swift/cli/main.py, swift/utils/env.py */
import type { Settings } from './settings.ts';

export interface World {
  /** Undefined where the file does not say: the environment of the run, or our own keys, decide. */
  readonly processes: number | undefined;
  /** The file says nothing of it at all, so whoever starts it as it is gets one process. */
  readonly isUnsaid: boolean;
}

/** Own keys from which the number of processes is made when the run starts. */
const OWN_KEYS = ['parallel_strategy', 'tunewright'];

export function worldOf(settings: Settings): World {
  if (OWN_KEYS.some((key) => settings.isWritten(key))) return { processes: undefined, isUnsaid: false };
  const onNode = settings.variable('NPROC_PER_NODE');
  const nodes = settings.variable('NNODES');
  const count = countOf(onNode);
  const nodeCount = nodes === null ? 1 : countOf(nodes);
  return {
    processes: count === undefined || nodeCount === undefined ? undefined : count * nodeCount,
    isUnsaid: onNode === null && nodes === null,
  };
}

function countOf(text: string | null | undefined): number | undefined {
  return text && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}
