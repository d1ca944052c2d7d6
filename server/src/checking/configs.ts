/** Finds the configs below paths and judges each, as the editor would. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RECOGNITION_WINDOW_CHARACTERS, recognise } from '../../../protocol/src/recognition.ts';
import type { Task } from '../../../protocol/src/task.ts';
import { LocalFiles } from '../files/local-files.ts';
import { ruleContext } from '../rules/context.ts';
import { runRules } from '../rules/index.ts';
import type { NamedFinding } from '../rules/rule.ts';
import { configSubject, formatOf, Subjects } from '../rules/subject.ts';
import type { SchemaLookup } from '../schema/lookup.ts';
import { readConfig } from '../text/document.ts';

/** A config with what was found in it, in the order of its lines. */
export interface CheckedConfig {
  /** As it was given or found. */
  readonly path: string;
  readonly text: string;
  readonly findings: readonly NamedFinding[];
}

/** A path that cannot be checked; the message says why, and what to do. */
export class CheckError extends Error {}

const CONFIG_FILE = /\.(?:ya?ml|json)$/i;
/** Other people's files, and the copies of configs that runs keep. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  'node_modules',
  '__pycache__',
  'site-packages',
  'runs',
]);

/**
 * The files to check: those named, and the configs below folders that are named. A hidden folder below one is left
 * out, but for `.tunewright`. Throws CheckError where a path does not exist.
 */
export function* findConfigs(paths: readonly string[]): Generator<string> {
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new CheckError(`There is no ${path}.`);
    if (stat.isDirectory()) yield* configsBelow(path);
    else yield path;
  }
}

function* configsBelow(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const isHidden = entry.name.startsWith('.') && entry.name !== '.tunewright';
    if (entry.isDirectory() && !isHidden && !SKIPPED_FOLDERS.has(entry.name)) yield* configsBelow(path);
    else if (entry.isFile() && CONFIG_FILE.test(entry.name) && isConfig(path)) yield path;
  }
}

function isConfig(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(RECOGNITION_WINDOW_CHARACTERS);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    const { kind } = recognise(path, bytes.toString('utf8', 0, length));
    return kind === 'config' || kind === 'targets';
  } finally {
    closeSync(file);
  }
}

export interface CheckOptions {
  readonly lookup: SchemaLookup;
  /** Of every file, whatever it says itself. */
  readonly task?: Task;
  readonly onFailure: (message: string) => void;
}

/** Judges one file. Throws CheckError where it cannot be read or nothing says for which task it is. */
export function checkConfig(path: string, { lookup, task, onFailure }: CheckOptions): CheckedConfig {
  const text = readText(path);
  const subject =
    task === undefined
      ? new Subjects().of(path, text, { lookup, isChosen: true })
      : configSubject(lookup, task);
  if (!subject || subject.kind === 'task-unknown') {
    throw new CheckError(
      `Nothing says for which task ${path} is a config. Name the task with --task, or begin the file with "# tunewright: sft".`,
    );
  }
  const files = new LocalFiles(dirname(path));
  const context = ruleContext(readConfig(text, formatOf(path)), subject, lookup, files);
  const findings = runRules(context, (rule, error) =>
    onFailure(`${path}: rule ${rule.id} failed: ${String(error)}`),
  );
  return { path, text, findings: findings.toSorted((a, b) => a.range.start - b.range.start) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CheckError(`${path} cannot be read: ${why}`);
  }
}
