/** Node 24 in a folder of its own, and the packages of the lock file. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runLogged } from './command.mjs';
import { childEnvironment, NODE_MAJOR, nodePath, repository, toolsHome } from './home.mjs';
import { alone } from './lock.mjs';
import { ensure, showing } from './step.mjs';

const NODE_VERSION = '24.21.0';

/**
 * The npm that started us, or the one on PATH, as a command with its first arguments. It runs under Node 24 once that
 * is there, since npm tells install scripts of its own Node, and code-server's refuses any other.
 * @returns {{ command: string, first: string[] }}
 */
export function npmCommand() {
  const started = process.env.npm_execpath;
  const node = existsSync(nodePath()) ? nodePath() : process.execPath;
  if (started?.endsWith('npm-cli.js')) return { command: node, first: [started] };
  return process.platform === 'win32' ? { command: 'npm.cmd', first: [] } : { command: 'npm', first: [] };
}

/**
 * npm writes a package of its own folder only where one is there already.
 * @param {string} folder
 */
export function preparePackageFolder(folder) {
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
}

export async function ensureNode() {
  if (Number(process.versions.node.split('.')[0]) === NODE_MAJOR) return;
  const folder = join(toolsHome(), 'node24');
  await ensure({
    id: 'node24',
    title: `Node ${NODE_VERSION}`,
    inputs: [NODE_VERSION],
    results: [nodePath()],
    install: async () => {
      preparePackageFolder(folder);
      const { command, first } = npmCommand();
      const args = [
        ...first,
        'install',
        '--prefix',
        folder,
        '--no-audit',
        '--no-fund',
        `node@${NODE_VERSION}`,
      ];
      await runLogged('node24', command, args, { cwd: folder, env: childEnvironment() });
    },
  });
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
function lockedPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/** npm writes its hidden lock last, so it tells whether an install was finished and of what. */
function areNodePackagesInPlace() {
  const hidden = join(repository, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = lockedPackages(hidden);
  return Object.entries(lockedPackages(join(repository, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === wanted.version : wanted.optional || wanted.devOptional;
  });
}

export async function ensureNodePackages() {
  if (areNodePackagesInPlace()) return;
  await alone(async () => {
    if (areNodePackagesInPlace()) return;
    await showing('packages of package-lock.json', async () => {
      const { command, first } = npmCommand();
      const args = [...first, 'ci', '--no-audit', '--no-fund'];
      await runLogged('npm-ci', command, args, { cwd: repository, env: childEnvironment() });
    });
  });
}
