/** Builds dist/, and with `--package` build/tunewright.vsix from it. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runVisibly } from '../setup/command.mjs';
import { childEnvironment, nodePath, repository } from '../setup/home.mjs';
import { buildBridge } from './bridge.ts';
import { buildBundles } from './bundles.ts';

const { values } = parseArgs({
  options: { package: { type: 'boolean' }, 'all-platforms': { type: 'boolean' } },
});

const startedAtMs = Date.now();
buildBridge({ isForAllPlatforms: values['all-platforms'] ?? false });
const sizes = await buildBundles();
const sizeText = Object.entries(sizes).map(([name, kilobytes]) => `${name} ${kilobytes} KB`);
console.log(`[build] dist/: ${sizeText.join(', ')} in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
if (values.package) process.exitCode = await writeVsix();

async function writeVsix(): Promise<number> {
  const path = join(repository, 'build', 'tunewright.vsix');
  mkdirSync(join(repository, 'build'), { recursive: true });
  const vsce = join(repository, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = [
    vsce,
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
  ];
  args.push('--out', path);
  const code = await runVisibly(nodePath(), args, { cwd: repository, env: childEnvironment() });
  if (code === 0 && existsSync(path)) {
    console.log(`[build] build/tunewright.vsix: ${Math.round(statSync(path).size / 1024)} KB`);
  }
  return code;
}
