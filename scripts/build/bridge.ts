/** dist/bridge/: the Python package, its launchers, and what ships beside it from the lock. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { childEnvironment, repository, toolPaths, toolsHome } from '../setup/home.mjs';

const source = join(repository, 'python-bridge');
const target = join(repository, 'dist', 'bridge');
const lockPath = join(source, 'locks', 'runtime.txt');
const OLDEST_PYTHON = '3.10';

/** What Python calls `sys.platform` and `platform.machine()`, lower case, and what uv calls the same machine. */
const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x86_64': 'x86_64-manylinux2014',
  'linux-aarch64': 'aarch64-manylinux2014',
  'darwin-x86_64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
  'win32-amd64': 'x86_64-pc-windows-msvc',
};

/** Packages with a compiled part that they cannot do without; of the others the Python part is enough. */
const COMPILED = ['psutil'];

function thisPlatform(): string {
  const machines: Record<string, string> = {
    x64: process.platform === 'win32' ? 'amd64' : 'x86_64',
    arm64: process.platform === 'linux' ? 'aarch64' : 'arm64',
  };
  return `${process.platform}-${machines[process.arch] ?? process.arch}`;
}

/** A lock as one requirement, with its hashes, by package name. */
export function splitLock(text: string): Map<string, string> {
  const requirements = new Map<string, string>();
  for (const block of text.split(/\n(?=\S)/)) {
    const name = /^([A-Za-z0-9._-]+)==/.exec(block)?.[1];
    if (name) requirements.set(name.toLowerCase(), block.trimEnd());
  }
  return requirements;
}

/** Installs requirements into a folder of the tools home, once for each content of the lock. */
function vendored(label: string, uvPlatform: string, isWanted: (name: string) => boolean): string {
  const lock = readFileSync(lockPath, 'utf8');
  const hash = createHash('sha256').update(`${lock}\n${label}`).digest('hex').slice(0, 12);
  const folder = join(toolsHome(), 'vendor', `${label}-${hash}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  // Of its own for each build: two may run at once.
  const partial = mkdtempSync(`${folder}.partial-`);
  try {
    chmodSync(partial, 0o755);
    install(partial, lock, uvPlatform, isWanted);
    prune(partial, label === 'pure');
    renameSync(partial, folder);
  } catch (error) {
    // Where the folder is there after all, the other build was faster, and made the same.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

function install(place: string, lock: string, uvPlatform: string, isWanted: (name: string) => boolean): void {
  const requirements = [...splitLock(lock)].filter(([name]) => isWanted(name)).map(([, block]) => block);
  const requirementsPath = join(place, 'requirements.txt');
  writeFileSync(requirementsPath, `${requirements.join('\n')}\n`);
  const { uv, uvEnvironment } = toolPaths();
  const args = ['pip', 'install', '--quiet', '--python', uvEnvironment, '--target', place];
  args.push(
    '--no-deps',
    '--link-mode',
    'copy',
    '--python-platform',
    uvPlatform,
    '--python-version',
    OLDEST_PYTHON,
  );
  args.push('--only-binary', ':all:', '--require-hashes', '-r', requirementsPath);
  execFileSync(uv, args, { env: childEnvironment(), stdio: ['ignore', 'inherit', 'inherit'] });
}

const NEVER_NEEDED = [
  'requirements.txt',
  'bin',
  'tests',
  '__pycache__',
  'RECORD',
  'INSTALLER',
  'REQUESTED',
  '.lock',
  'example.py',
];

function prune(folder: string, isPure: boolean): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isCompiled = /\.(so|pyd|dylib)$/.test(entry.name);
    if (NEVER_NEEDED.includes(entry.name) || (isPure && (isCompiled || entry.name === '_yaml'))) {
      rmSync(path, { recursive: true, force: true });
    } else if (entry.isDirectory()) prune(path, isPure);
  }
}

/** Writes dist/bridge for this platform, or for all that the product knows. */
export function buildBridge({ isForAllPlatforms }: { isForAllPlatforms: boolean }): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const filter = (path: string) => !/(__pycache__|\.pyc)$/.test(path);
  cpSync(join(source, 'src', 'tunewright_bridge'), join(target, 'tunewright_bridge'), {
    recursive: true,
    filter,
  });
  cpSync(join(source, 'launch'), target, { recursive: true, filter });
  chmodSync(join(target, 'tunewright-bridge'), 0o755);
  const own = thisPlatform();
  const ownUv = PLATFORMS[own];
  if (!ownUv)
    throw new Error(
      `The bridge does not ship for ${own}; it ships for ${Object.keys(PLATFORMS).join(', ')}.`,
    );
  const pure = vendored('pure', ownUv, (name) => !COMPILED.includes(name));
  cpSync(pure, join(target, 'vendor', 'pure'), { recursive: true });
  for (const [platform, uvPlatform] of Object.entries(PLATFORMS)) {
    if (!isForAllPlatforms && platform !== own) continue;
    const compiled = vendored(platform, uvPlatform, (name) => COMPILED.includes(name));
    cpSync(compiled, join(target, 'vendor', platform), { recursive: true });
  }
}
