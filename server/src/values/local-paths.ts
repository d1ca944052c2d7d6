/** Files and folders beside a config, and the checkpoints that earlier runs have left. */
import { dirname, relative } from 'node:path';
import type { LocalFiles } from '../files/local-files.ts';
import { PLACE_USES, type PlaceUse } from '../schema/place-uses.ts';
import type { ValueProvider, ValueSuggestion } from './provider.ts';

/** Which files an argument takes; of the others only folders are offered. */
const FILES: Readonly<Record<PlaceUse, RegExp | undefined>> = {
  model: undefined,
  adapter: undefined,
  checkpoint: undefined,
  dataset: /\.(?:jsonl?|csv|txt|parquet|arrow)$/i,
  preset: /\.json$/i,
  program: /\.py$/i,
};

/** Folders that nobody keeps data or models in. */
const OTHERS_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '__pycache__']);

export const localPaths: ValueProvider = {
  id: 'local-paths',
  *suggest({ key, shape, files, prefix }) {
    const use = PLACE_USES.get(key);
    if (!files || use === undefined || shape.kind !== 'argument') return;
    if (use === 'checkpoint' || use === 'adapter' || key === 'model') yield* checkpoints(files);
    yield* entries(files, use, prefix);
  },
};

function* entries(files: LocalFiles, use: PlaceUse, prefix: string): Generator<ValueSuggestion> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  // A list of the home folder or of the whole machine is only wanted where it has been begun.
  for (const { name, isFolder } of files.list(folder === '' ? '.' : folder)) {
    if (isFolder && !OTHERS_FOLDERS.has(name)) yield { value: `${folder}${name}/`, kind: 'folder' };
    else if (FILES[use]?.test(name)) yield { value: `${folder}${name}`, kind: 'file' };
  }
}

const MAX_CHECKPOINTS = 50;
const MAX_FOLDERS_LOOKED_INTO = 300;

/** Those of our runs below the workspace's folder, and those of the engine's own output folder; the newest first. */
function* checkpoints(files: LocalFiles): Generator<ValueSuggestion> {
  const found: { readonly path: string; readonly step: number }[] = [];
  let looked = 0;
  for (const folder of outputFolders(files)) {
    looked += 1;
    if (looked > MAX_FOLDERS_LOOKED_INTO || found.length >= MAX_CHECKPOINTS) break;
    const steps = files
      .list(folder)
      .flatMap(({ name, isFolder }) => (isFolder ? [/^checkpoint-(\d+)$/.exec(name)?.[1] ?? []].flat() : []))
      .map(Number)
      .sort((a, b) => b - a);
    for (const step of steps) found.push({ path: `${folder}/checkpoint-${step}`, step });
  }
  for (const { path } of found.slice(0, MAX_CHECKPOINTS)) {
    yield { value: fromConfig(files, path), kind: 'folder' };
  }
}

/** Folders into which the engine saves, those of later runs first. */
function* outputFolders(files: LocalFiles): Generator<string> {
  const runs = runsFolder(files);
  for (const run of runs === undefined ? [] : foldersIn(files, runs).toReversed()) {
    for (const attempt of foldersIn(files, `${run}/attempts`).toReversed()) yield `${attempt}/output`;
  }
  for (const named of foldersIn(files, 'output')) {
    yield named;
    yield* foldersIn(files, named).toReversed();
  }
}

function foldersIn(files: LocalFiles, path: string): readonly string[] {
  return files.list(path).flatMap(({ name, isFolder }) => (isFolder ? [`${path}/${name}`] : []));
}

/** `.tunewright/runs` in the config's folder or one above it. */
function runsFolder(files: LocalFiles): string | undefined {
  for (let folder = files.directory; ; folder = dirname(folder)) {
    const runs = `${folder}/.tunewright/runs`;
    if (files.kindOf(runs) === 'folder') return runs;
    if (dirname(folder) === folder) return undefined;
  }
}

/** As it would be written in the config: relative to its folder where that is shorter. */
function fromConfig(files: LocalFiles, path: string): string {
  const absolute = files.absolute(path);
  const near = relative(files.directory, absolute).replaceAll('\\', '/');
  return near.length < absolute.length ? near : absolute;
}
