/** Which interpreter and why: pure choice among what the settings, the Python extension and the workspace offer. */
import { posix, win32 } from 'node:path';
import type { ToolEnvironment } from '../../../protocol/src/tool.ts';

/** Where a candidate came from, in the order in which they are believed. */
export type InterpreterSource = 'setting' | 'python-extension' | 'workspace' | 'active-environment';

export interface InterpreterCandidate {
  /** Absolute path, or a name to be found on PATH. */
  readonly path: string;
  readonly source: InterpreterSource;
}

/** A candidate that was taken, and what the bridge found in it. */
export interface ChosenInterpreter extends InterpreterCandidate {
  readonly environment: ToolEnvironment;
}

export interface InterpreterFacts {
  readonly setting: string | undefined;
  readonly fromPythonExtension: string | undefined;
  readonly inWorkspace: readonly string[];
  /** Python of the environment that the editor was started from: VIRTUAL_ENV or CONDA_PREFIX. */
  readonly activeEnvironment: string | undefined;
}

export interface PathFacts {
  readonly home: string;
  readonly workspaceFolder: string | undefined;
  readonly platform: NodeJS.Platform;
}

/** A path as written in the settings, with `~` and `${workspaceFolder}` filled in and relative ones made absolute. */
export function expandInterpreterPath(text: string, { home, workspaceFolder, platform }: PathFacts): string {
  const path = platform === 'win32' ? win32 : posix;
  const withFolder =
    workspaceFolder === undefined ? text : text.replaceAll(`\${workspaceFolder}`, workspaceFolder);
  const expanded = /^~(?=$|[\\/])/.test(withFolder) ? path.join(home, withFolder.slice(1)) : withFolder;
  const isNameOnPath = !/[\\/]/.test(expanded);
  if (isNameOnPath || path.isAbsolute(expanded) || workspaceFolder === undefined) return expanded;
  return path.resolve(workspaceFolder, expanded);
}

/** Where an environment folder keeps its Python. */
export function pythonOf(environmentFolder: string, platform: NodeJS.Platform): string {
  return platform === 'win32'
    ? win32.join(environmentFolder, 'Scripts', 'python.exe')
    : posix.join(environmentFolder, 'bin', 'python');
}

/** Everything that offers an interpreter, best first, each path once. */
export function offeredInterpreters(facts: InterpreterFacts): InterpreterCandidate[] {
  const { setting, fromPythonExtension, inWorkspace, activeEnvironment } = facts;
  const bySource: readonly (readonly [InterpreterSource, readonly (string | undefined)[]])[] = [
    ['setting', [setting]],
    ['python-extension', [fromPythonExtension]],
    ['workspace', inWorkspace],
    ['active-environment', [activeEnvironment]],
  ];
  const offered = bySource.flatMap(([source, paths]) =>
    paths.flatMap((path) => (path === undefined ? [] : [{ path, source }])),
  );
  return offered.filter(
    ({ path }, position) => offered.findIndex((other) => other.path === path) === position,
  );
}

/** What to try, best first. A setting is an order: nothing else is tried beside it. */
export function interpreterCandidates(facts: InterpreterFacts): InterpreterCandidate[] {
  const offered = offeredInterpreters(facts);
  return facts.setting === undefined ? offered : offered.slice(0, 1);
}

/**
 * The first candidate that has a working engine; the first one at all where none has; undefined without candidates.
 * Rejects with the first failure to inspect only where no candidate could be inspected.
 */
export async function chooseInterpreter(
  candidates: readonly InterpreterCandidate[],
  inspect: (interpreter: string) => Promise<ToolEnvironment>,
): Promise<ChosenInterpreter | undefined> {
  let first: ChosenInterpreter | undefined;
  const failures: unknown[] = [];
  for (const candidate of candidates) {
    try {
      const chosen = { ...candidate, environment: await inspect(candidate.path) };
      if (chosen.environment.health === 'ok') return chosen;
      first ??= chosen;
    } catch (error) {
      failures.push(error);
    }
  }
  if (first === undefined && failures.length > 0) throw failures[0];
  return first;
}

/** The interpreter in few characters: the environment's folder, or the name itself. */
export function shortInterpreterName(interpreter: string): string {
  const parts = interpreter.split(/[\\/]/);
  const binFolder = parts.at(-2)?.toLowerCase();
  const environment = binFolder === 'bin' || binFolder === 'scripts' ? parts.at(-3) : undefined;
  return environment || parts.at(-1) || interpreter;
}
