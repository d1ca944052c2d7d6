/** Python environments: uv, the engine's, and the one for developing the bridge. Each follows a lock with hashes. */
import { join } from 'node:path';
import { capture, runLogged, SetupError } from './command.mjs';
import { childEnvironment, programOf, repository, toolPaths } from './home.mjs';
import { ensure } from './step.mjs';
import { installSystemPackages } from './system.mjs';

const bridge = join(repository, 'python-bridge');
const locks = {
  uv: join(bridge, 'locks', 'uv.txt'),
  development: join(bridge, 'locks', 'development.txt'),
  engine: join(bridge, 'src', 'tunewright_bridge', 'tools', 'locks', 'engine.txt'),
};

/** The engine's torch has wheels for these. */
const OLDEST_MINOR = 11;
const NEWEST_MINOR = 14;
const CANDIDATES = ['python3', 'python3.12', 'python3.13', 'python3.11', 'python3.14', 'python'];

/** @returns {Promise<string | undefined>} the path of a fitting Python */
async function pythonOnPath() {
  for (const name of CANDIDATES) {
    const script = 'import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)';
    const answer = await capture(name, ['-c', script], { env: childEnvironment() });
    if (answer.code !== 0) continue;
    const [major, minor, ...path] = answer.stdout.trim().split(' ');
    const fits = Number(major) === 3 && Number(minor) >= OLDEST_MINOR && Number(minor) <= NEWEST_MINOR;
    if (fits) return path.join(' ');
  }
  return undefined;
}

/** @returns {Promise<string>} */
async function findPython() {
  const found = await pythonOnPath();
  if (found) return found;
  const wanted = `Python 3.${OLDEST_MINOR} to 3.${NEWEST_MINOR}`;
  await installSystemPackages(['python3', 'python3-venv'], {
    neededFor: `${wanted}, which is not on PATH,`,
    elsewhere: `Install ${wanted} and put it on PATH. On macOS: brew install python@3.12`,
  });
  const installed = await pythonOnPath();
  if (installed) return installed;
  throw new SetupError(`The Python of this system is not ${wanted}.`, {
    next: 'Install one from python.org or with your version manager, and put it on PATH.',
  });
}

async function ensureUv() {
  const { uvEnvironment, uv } = toolPaths();
  await ensure({
    id: 'uv',
    title: 'uv, which installs the Python environments',
    inputs: [{ file: locks.uv }],
    results: [uv],
    install: async () => {
      const python = await findPython();
      const env = childEnvironment();
      const probe = await capture(python, ['-c', 'import venv, ensurepip'], { env });
      if (probe.code !== 0) {
        const own = /python3\.\d+$/.exec(python)?.[0] ?? 'python3';
        await installSystemPackages([`${own}-venv`], {
          neededFor: `Making a Python environment with ${python}`,
          elsewhere: "Install this Python's venv and ensurepip modules, or put another Python first on PATH.",
        });
      }
      await runLogged('uv-environment', python, ['-m', 'venv', '--clear', uvEnvironment], { env });
      const pip = programOf(uvEnvironment, 'python');
      const args = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', locks.uv];
      await runLogged('uv', pip, args, { env });
    },
  });
}

/**
 * @param {{ id: string, title: string, folder: string, lock: string, results: string[], isCompiled: boolean }} options
 */
async function ensureEnvironment({ id, title, folder, lock, results, isCompiled }) {
  await ensure({
    id,
    title,
    inputs: [{ file: lock }],
    results,
    install: async () => {
      const { uv } = toolPaths();
      const env = childEnvironment({ UV_PYTHON_DOWNLOADS: 'never', VIRTUAL_ENV: folder });
      const python = await findPython();
      await runLogged(`${id}-environment`, uv, ['venv', '--quiet', '--clear', '--python', python, folder], {
        env,
      });
      const args = ['pip', 'sync', '--require-hashes', '--python', programOf(folder, 'python'), lock];
      if (isCompiled) args.push('--compile-bytecode');
      await runLogged(id, uv, args, {
        env,
        next: 'Check the network and the free disk space, then try again.',
      });
    },
  });
}

export async function ensureDevelopmentEnvironment() {
  const { developmentEnvironment } = toolPaths();
  await ensureUv();
  await ensureEnvironment({
    id: 'bridge-dev',
    title: "the bridge's development environment",
    folder: developmentEnvironment,
    lock: locks.development,
    results: [programOf(developmentEnvironment, 'pytest'), programOf(developmentEnvironment, 'mypy')],
    isCompiled: false,
  });
}

export async function ensureEngineEnvironment() {
  const { engineEnvironment } = toolPaths();
  await ensureUv();
  await ensureEnvironment({
    id: 'engine',
    title: "the engine's environment (about 6 GB on Linux)",
    folder: engineEnvironment,
    lock: locks.engine,
    results: [programOf(engineEnvironment, 'swift')],
    isCompiled: true,
  });
}

export { ensureUv };
