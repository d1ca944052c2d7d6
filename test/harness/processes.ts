/** Processes of this machine, found below a parent through /proc. Tests of kill -9 need the real ones. */
import { readdirSync, readFileSync } from 'node:fs';

export interface FoundProcess {
  processId: number;
  command: string;
}

interface ProcessEntry extends FoundProcess {
  parentId: number;
}

function readProcess(processId: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    const command = readFileSync(`/proc/${processId}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // The name in brackets may hold spaces and brackets of its own; what follows its last one is plain.
    const [, parentId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { processId, parentId: Number(parentId), command };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

function allProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((entry) => entry !== undefined);
}

/** Every process below one, children before grandchildren. */
export function descendants(processId: number): FoundProcess[] {
  const all = allProcesses();
  const found: ProcessEntry[] = [];
  let parents = [processId];
  while (parents.length > 0) {
    const children = all.filter((entry) => parents.includes(entry.parentId));
    found.push(...children);
    parents = children.map((entry) => entry.processId);
  }
  return found;
}

/** The processes whose command names a folder, wherever they hang. */
export function processesNaming(text: string): FoundProcess[] {
  return allProcesses().filter((entry) => entry.processId !== process.pid && entry.command.includes(text));
}

/** kill -9 of a process that was found; it may have ended by itself since. */
export function killAtOnce({ processId }: FoundProcess): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
