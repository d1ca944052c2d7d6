/** Starts a VS Code that is served to a browser, with the built extension in it and a state of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { capture } from '../setup/command.mjs';
import { childEnvironment, nodePath, toolPaths } from '../setup/home.mjs';

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 10_000;

export interface EditorOptions {
  /** The workspace to open. */
  folder: string;
  /** Packed extensions to install first. */
  vsixPaths: readonly string[];
  /** Emptied, then filled with the editor's data, extensions and configuration. */
  stateFolder: string;
  settings: Readonly<Record<string, unknown>>;
  environment?: Readonly<Record<string, string>>;
}

export interface ServedEditor {
  /** Opens the workspace. */
  url: string;
  /** Opens the workspace and a file of it. */
  urlOfFile(path: string): string;
  port: number;
  processId: number;
  stop(): Promise<void>;
}

/** A port of the loopback address that nothing listens on. */
export function unusedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('No port of the loopback address could be had.'));
      });
    });
  });
}

/** Settings without which a first start shows things that are nobody's business here. */
const QUIET_SETTINGS = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/** Installs the extensions into a fresh state folder. */
export async function prepareState(options: EditorOptions): Promise<string[]> {
  rmSync(options.stateFolder, { recursive: true, force: true });
  const data = join(options.stateFolder, 'data');
  const extensions = join(options.stateFolder, 'extensions');
  mkdirSync(join(data, 'User'), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  const settings = { ...QUIET_SETTINGS, ...options.settings };
  writeFileSync(join(data, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  return ['--user-data-dir', data, '--extensions-dir', extensions];
}

export async function startCodeServer(options: EditorOptions): Promise<ServedEditor> {
  const { codeServer } = toolPaths();
  const stateArguments = [
    ...(await prepareState(options)),
    '--config',
    join(options.stateFolder, 'config.yaml'),
  ];
  writeFileSync(join(options.stateFolder, 'config.yaml'), '');
  const env = childEnvironment({ ...options.environment, PATH: childPath() });
  for (const vsix of options.vsixPaths) {
    if (!existsSync(vsix)) throw new Error(`${vsix} is missing; build it with: npm run package`);
    const installed = await capture(
      nodePath(),
      [codeServer, ...stateArguments, '--install-extension', vsix],
      { env },
    );
    if (installed.code !== 0)
      throw new Error(`Cannot install ${vsix}:\n${installed.stdout}${installed.stderr}`);
  }
  const port = await unusedPort();
  const args = [codeServer, ...stateArguments, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`];
  args.push('--disable-telemetry', '--disable-update-check');
  args.push(
    '--session-socket',
    join(options.stateFolder, 'session.sock'),
    '--ignore-last-opened',
    options.folder,
  );
  const child = spawn(nodePath(), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await waitUntilServed(port, () => (child.exitCode === null ? undefined : output));
  const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(options.folder)}`;
  return {
    url,
    urlOfFile: (path) => {
      const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${path}`]]);
      return `${url}&payload=${encodeURIComponent(payload)}`;
    },
    port,
    processId: child.pid ?? -1,
    stop: async () => {
      child.kill('SIGTERM');
      const isEnded = await Promise.race([ended.then(() => true), delay(STOP_DEADLINE_MS, false)]);
      if (!isEnded) child.kill('SIGKILL');
      await ended;
    },
  };
}

function childPath(): string {
  return `${dirname(nodePath())}:${childEnvironment().PATH ?? ''}`;
}

async function waitUntilServed(port: number, ended: () => string | undefined): Promise<void> {
  const deadlineMs = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadlineMs) {
    const output = ended();
    if (output !== undefined) throw new Error(`code-server ended before it served anything:\n${output}`);
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await delay(100);
  }
  throw new Error(`code-server did not answer on port ${port} within ${START_DEADLINE_MS / 1000} s.`);
}
