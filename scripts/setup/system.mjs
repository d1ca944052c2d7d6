/** System packages: named when they are missing, installed when we are root on Debian. */
import { existsSync } from 'node:fs';
import process from 'node:process';
import { capture, runLogged, SetupError } from './command.mjs';
import { childEnvironment } from './home.mjs';
import { showing } from './step.mjs';

function isDebian() {
  return existsSync('/etc/debian_version');
}

/**
 * @param {readonly string[]} names Debian packages
 * @param {{ neededFor: string, elsewhere: string }} reason what to do on systems without apt
 */
export async function installSystemPackages(names, { neededFor, elsewhere }) {
  const command = `apt-get install -y ${names.join(' ')}`;
  if (!isDebian()) throw new SetupError(`${neededFor} needs system packages.`, { next: elsewhere });
  if (process.getuid?.() !== 0) {
    throw new SetupError(`${neededFor} needs system packages that are not installed: ${names.join(', ')}.`, {
      next: `Install them with: sudo ${command}`,
    });
  }
  const env = childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' });
  const next = `Install them by hand with: ${command}`;
  await showing(`system packages ${names.join(' ')}`, async () => {
    await runLogged('apt-update', 'apt-get', ['update'], { env, next });
    const args = ['install', '-y', '--no-install-recommends', ...names];
    await runLogged('apt-install', 'apt-get', args, { env, next });
  });
}

/**
 * @param {string} program
 * @returns {Promise<string | undefined>} where PATH has it
 */
export async function which(program) {
  const finder = process.platform === 'win32' ? 'where' : 'which';
  const found = await capture(finder, [program], { env: childEnvironment() });
  return found.code === 0 ? found.stdout.split(/\r?\n/)[0]?.trim() : undefined;
}
