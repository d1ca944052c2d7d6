/** Where downloaded tools live (outside the sources) and where each of them is found. Installs nothing. */
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

const isWindows = process.platform === 'win32';

/** The Node that runs the sources: type stripping and code-server both want this major version. */
export const NODE_MAJOR = 24;

/** @returns {string} the folder of everything that set-up downloads */
export function toolsHome() {
  const chosen = process.env.TUNEWRIGHT_TOOLS;
  if (chosen) return resolve(chosen);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tunewright', 'tools');
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'tunewright', 'tools');
}

/**
 * @param {string} environment folder of a virtual environment
 * @param {string} program
 * @returns {string}
 */
export function programOf(environment, program) {
  return isWindows ? join(environment, 'Scripts', `${program}.exe`) : join(environment, 'bin', program);
}

/** @returns {string} a Node of the wanted major version; present only after set-up */
export function nodePath() {
  if (Number(process.versions.node.split('.')[0]) === NODE_MAJOR) return process.execPath;
  return join(toolsHome(), 'node24', 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');
}

export function toolPaths() {
  const home = toolsHome();
  const uvEnvironment = join(home, 'uv');
  const engineEnvironment = join(home, 'engine');
  const developmentEnvironment = join(home, 'bridge-dev');
  return {
    home,
    node: nodePath(),
    uvEnvironment,
    uv: programOf(uvEnvironment, 'uv'),
    engineEnvironment,
    enginePython: programOf(engineEnvironment, 'python'),
    developmentEnvironment,
    developmentPython: programOf(developmentEnvironment, 'python'),
    codeServerFolder: join(home, 'code-server'),
    codeServer: join(home, 'code-server', 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
    demoWorkspace: join(home, 'demo', 'workspace'),
  };
}

/**
 * The environment for child programs: Node 24 first, nothing of the npm command that may have started us.
 * @param {Record<string, string>} [extra]
 * @returns {Record<string, string>}
 */
export function childEnvironment(extra = {}) {
  /** @type {Record<string, string>} */
  const environment = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || /^npm_(lifecycle|package|command|execpath)/.test(name)) continue;
    if (/^npm_config_(local_prefix|global_prefix|prefix|user_agent)$/.test(name)) continue;
    environment[name] = value;
  }
  const inherited = (process.env.PATH ?? '').split(delimiter);
  const foreign = inherited.filter(
    (folder) => !/node_modules[\\/]\.bin[\\/]?$|node-gyp-bin[\\/]?$/.test(folder),
  );
  environment.PATH = [dirname(nodePath()), ...foreign].join(delimiter);
  return { ...environment, ...extra };
}
