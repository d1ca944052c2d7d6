/** What memory a process holds. */
import { readFileSync } from 'node:fs';

/** Resident memory. */
export function residentMb(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 102.4) / 10;
}
