/** A VS Code served to a browser, and the browser: only for commands that show the real editor. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { runLogged, SetupError } from './command.mjs';
import { childEnvironment, toolPaths } from './home.mjs';
import { npmCommand, preparePackageFolder } from './node.mjs';
import { ensure } from './step.mjs';
import { installSystemPackages, which } from './system.mjs';

const CODE_SERVER_VERSION = '4.139.1';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_BROWSERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Its kerberos and argon2 modules are compiled at install. */
async function ensureCompilers() {
  const missing = [];
  for (const program of ['make', 'g++', 'python3']) {
    if (!(await which(program))) missing.push(program === 'python3' ? 'python3' : 'build-essential');
  }
  const headers = ['/usr/include/gssapi/gssapi.h', '/usr/include/gssapi.h', '/usr/local/include/gssapi.h'];
  if (process.platform === 'linux' && !headers.some((path) => existsSync(path))) missing.push('libkrb5-dev');
  if (missing.length === 0) return;
  await installSystemPackages([...new Set(missing)], {
    neededFor: 'code-server',
    elsewhere: 'Install a C++ compiler, make, Python 3 and the Kerberos headers (krb5-devel on Fedora).',
  });
}

export async function ensureCodeServer() {
  const { codeServer, codeServerFolder } = toolPaths();
  await ensure({
    id: 'code-server',
    title: `code-server ${CODE_SERVER_VERSION} (compiles a little, about 2 minutes)`,
    inputs: [CODE_SERVER_VERSION],
    results: [codeServer],
    install: async () => {
      if (process.platform === 'win32') {
        throw new SetupError('code-server does not run on Windows.', {
          next: 'Install desktop VS Code, so that `code` is on PATH.',
        });
      }
      await ensureCompilers();
      preparePackageFolder(codeServerFolder);
      const { command, first } = npmCommand();
      const args = [...first, 'install', '--prefix', codeServerFolder, '--no-audit', '--no-fund'];
      args.push(`code-server@${CODE_SERVER_VERSION}`);
      await runLogged('code-server', command, args, { cwd: codeServerFolder, env: childEnvironment() });
    },
  });
}

/** @returns {Promise<string | undefined>} */
export async function findBrowser() {
  const chosen = process.env.TUNEWRIGHT_BROWSER;
  if (chosen) return chosen;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = [
    ...MAC_BROWSERS,
    ...BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return places.find((path) => existsSync(path));
}

export async function ensureBrowser() {
  if (await findBrowser()) return;
  await installSystemPackages(['chromium', 'fonts-noto-cjk'], {
    neededFor: 'Testing in a real editor',
    elsewhere: 'Install Chromium or Chrome, or set TUNEWRIGHT_BROWSER to its path.',
  });
}
