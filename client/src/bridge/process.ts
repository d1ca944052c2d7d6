/** The local transport: the bridge as a child process on its standard streams. */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { Failure } from '../errors.ts';
import type { Log } from '../log.ts';
import type { LaunchCommand, ProcessEnd } from './launch.ts';

/** A way to speak with a bridge, wherever it runs. */
export interface BridgeTransport {
  readonly output: Readable;
  readonly input: Writable;
  /** Resolves once, when the bridge is gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Asks the bridge to end, and ends it where it does not. */
  end(): void;
}

const ERROR_TEXT_CHARACTERS = 4_000;
const END_DEADLINE_MS = 2_000;

/** Starts the bridge's process. Rejects where its launcher is missing; all later trouble comes through `ended`. */
export async function openLocalProcess(launch: LaunchCommand, log: Log): Promise<BridgeTransport> {
  try {
    await access(launch.launcher);
  } catch {
    throw new Failure('bridge-missing', { path: launch.launcher });
  }
  const child = spawn(launch.command, [...launch.arguments], {
    env: { ...process.env, ...launch.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let errorText = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-ERROR_TEXT_CHARACTERS);
    for (const line of text.trimEnd().split('\n')) log.debug(`bridge: ${line}`);
  });
  // Writing to a bridge that has just gone is no news beside its end.
  child.stdin.on('error', (error) => log.debug(`bridge: ${error.message}`));

  const ended = new Promise<ProcessEnd>((resolve) => {
    const finish = (end: Omit<ProcessEnd, 'errorText'>) => resolve({ ...end, errorText });
    child.once('error', (error) =>
      finish({ exitCode: undefined, signal: undefined, startError: error.message }),
    );
    child.once('close', (exitCode, signal) =>
      finish({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, startError: undefined }),
    );
  });
  const end = () => {
    child.stdin.end();
    const deadline = setTimeout(() => child.kill('SIGKILL'), END_DEADLINE_MS);
    deadline.unref();
    void ended.then(() => clearTimeout(deadline));
  };
  return { output: child.stdout, input: child.stdin, ended, end };
}
