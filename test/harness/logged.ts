/** Runs as they lie on the disk, for comparison with what is shown of them. Reads only what the engine itself wrote. */
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const METRICS_FILE = 'logging.jsonl';

const LoggedRow = z.looseObject({ 'global_step/max_steps': z.string().optional() });
type LoggedRow = z.infer<typeof LoggedRow>;

/** The run directories of a workspace, oldest first. */
export function runDirectories(workspace: string): string[] {
  const root = join(workspace, '.tunewright', 'runs');
  if (!existsSync(root)) return [];
  // A run that is being made has a hidden name until it is whole.
  const isRun = (entry: Dirent) => entry.isDirectory() && !entry.name.startsWith('.');
  const entries = readdirSync(root, { withFileTypes: true }).filter(isRun);
  return entries.map((entry) => join(root, entry.name)).sort();
}

/** Every metrics file below a run directory. */
export function metricsFiles(runDirectory: string): string[] {
  const files = readdirSync(runDirectory, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.name === METRICS_FILE).map((file) => join(file.parentPath, file.name));
}

function rowsOf(path: string): LoggedRow[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  // What stands behind the last line break is a line that is still being written.
  return lines.slice(0, -1).map((line) => LoggedRow.parse(JSON.parse(line)));
}

function stepOf(row: LoggedRow): number | undefined {
  const step = row['global_step/max_steps']?.split('/')[0];
  return step === undefined ? undefined : Number(step);
}

/** The steps of a metrics file's lines, in order; lines without one are left out. */
export function steppedLines(path: string): number[] {
  return rowsOf(path)
    .map(stepOf)
    .filter((step) => step !== undefined);
}

/** Steps at which the engine logged a value, from its own file. */
export function loggedSteps(runDirectory: string, series: string): number[] {
  return metricsFiles(runDirectory)
    .flatMap(rowsOf)
    .filter((row) => series in row)
    .map(stepOf)
    .filter((step) => step !== undefined);
}
