/** Runs as they lie on the disk, for comparison with what the window shows. Reads only what the engine itself wrote. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const METRICS_FILE = 'logging.jsonl';

/** The run directories of a workspace, oldest first. */
export function runDirectories(workspace: string): string[] {
  const root = join(workspace, '.tunewright', 'runs');
  if (!existsSync(root)) return [];
  const entries = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map((entry) => join(root, entry.name)).sort();
}

/** Every metrics file below a run directory. */
export function metricsFiles(runDirectory: string): string[] {
  const files = readdirSync(runDirectory, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.name === METRICS_FILE).map((file) => join(file.parentPath, file.name));
}

/** Steps at which the engine logged a value, from its own file. */
export function loggedSteps(runDirectory: string, series: string): number[] {
  const lines = metricsFiles(runDirectory).flatMap((path) =>
    readFileSync(path, 'utf8').trimEnd().split('\n'),
  );
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((row) => series in row && typeof row['global_step/max_steps'] === 'string')
    .map((row) => Number(String(row['global_step/max_steps']).split('/')[0]));
}
