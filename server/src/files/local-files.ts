/** What the paths of a config lead to on this machine; only looked at, never written. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** `missing`: certainly not there. */
export type PathKind = 'file' | 'folder' | 'missing';

/** A file or folder is not looked at again within this time, since a config is judged at every keystroke. */
const FRESH_MS = 2_000;
const MAX_REMEMBERED = 2_000;

/** Of a larger folder no more is offered. */
const MAX_LISTED = 1_000;

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

export class LocalFiles {
  /** Where a run of the config starts, so that relative paths begin there. */
  readonly directory: string;
  readonly #seen = new Map<string, { readonly kind: PathKind | undefined; readonly atMs: number }>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The absolute path that the engine makes of one in a config. */
  absolute(path: string): string {
    const expanded = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
    return isAbsolute(expanded) ? expanded : resolve(this.directory, expanded);
  }

  /** Undefined where it cannot be told, as below a folder that may not be read. */
  kindOf(path: string): PathKind | undefined {
    const absolute = this.absolute(path);
    const nowMs = Date.now();
    const seen = this.#seen.get(absolute);
    if (seen && nowMs - seen.atMs < FRESH_MS && nowMs >= seen.atMs) return seen.kind;
    const kind = kindOnDisk(absolute);
    if (this.#seen.size >= MAX_REMEMBERED) this.#seen.clear();
    this.#seen.set(absolute, { kind, atMs: nowMs });
    return kind;
  }

  /** What a folder holds, hidden names left out, folders first; empty where it cannot be read. */
  list(path: string): readonly FolderEntry[] {
    return entriesOf(this.absolute(path))
      .filter(({ name }) => !name.startsWith('.'))
      .slice(0, MAX_LISTED)
      .map((entry) => ({ name: entry.name, isFolder: isFolder(entry, this.absolute(path)) }))
      .sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : 1));
  }

  /** Whether something is certainly there. */
  has(path: string): boolean {
    const kind = this.kindOf(path);
    return kind === 'file' || kind === 'folder';
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // What cannot be listed offers nothing; nobody waits for more here.
    return [];
  }
}

function isFolder(entry: Dirent, folder: string): boolean {
  return entry.isSymbolicLink() ? kindOnDisk(join(folder, entry.name)) === 'folder' : entry.isDirectory();
}

function kindOnDisk(path: string): PathKind | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return 'missing';
    return stat.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    // A file in the place of a folder, or a name that no file can have, leads nowhere; the rest is not known.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ERR_INVALID_ARG_VALUE'
      ? 'missing'
      : undefined;
  }
}
