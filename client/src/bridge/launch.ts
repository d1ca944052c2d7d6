/** How the bridge's process is started: a command as a list, the environment, and what its end means. */
import { join } from 'node:path';
import { Failure } from '../errors.ts';

export interface LaunchFacts {
  readonly extensionFolder: string;
  readonly platform: NodeJS.Platform;
  /** Python for the bridge where the user named one. */
  readonly bridgePython: string | undefined;
}

export interface LaunchCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Added to the extension host's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The launcher's file, which must exist. */
  readonly launcher: string;
}

/** Exit code of the launcher, as of any shell, where it finds no command to run: here no Python that is new enough. */
const NO_PYTHON_EXIT_CODE = 127;

/** The command that serves the bridge on its standard streams. */
export function bridgeCommand({ extensionFolder, platform, bridgePython }: LaunchFacts): LaunchCommand {
  const folder = join(extensionFolder, 'dist', 'bridge');
  const environment = bridgePython === undefined ? {} : { TUNEWRIGHT_PYTHON: bridgePython };
  const serve = ['serve', '--stdio'];
  if (platform === 'win32') {
    const launcher = join(folder, 'tunewright-bridge.cmd');
    return { command: 'cmd.exe', arguments: ['/d', '/c', launcher, ...serve], environment, launcher };
  }
  // Through sh, since not every way of unpacking an extension keeps the executable bit.
  const launcher = join(folder, 'tunewright-bridge');
  return { command: 'sh', arguments: [launcher, ...serve], environment, launcher };
}

/** How a bridge process ended. */
export interface ProcessEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The last lines that it wrote to standard error. */
  readonly errorText: string;
  /** Why it could not be started at all. */
  readonly startError: string | undefined;
}

/** The failure that the end of a bridge is to the person; `hasAnswered` says whether it ever worked. */
export function failureOfEnd(end: ProcessEnd, { hasAnswered }: { readonly hasAnswered: boolean }): Failure {
  if (!hasAnswered && end.exitCode === NO_PYTHON_EXIT_CODE) return new Failure('bridge-needs-python');
  return new Failure('bridge-ended', { reason: reasonOfEnd(end) });
}

function reasonOfEnd(end: ProcessEnd): string {
  if (end.startError !== undefined) return end.startError;
  const lastLine = end.errorText.trimEnd().split('\n').at(-1)?.trim();
  if (lastLine) return lastLine;
  return end.signal ?? `exit code ${end.exitCode ?? '?'}`;
}
