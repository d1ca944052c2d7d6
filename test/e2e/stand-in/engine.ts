/** A Python that has a stand-in for the engine, where a test wants a run in a second and no model. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolPaths } from '../../../scripts/setup/home.mjs';

const PACKAGES = { 'ms-swift': '4.6.0', torch: '2.15.0' };

/** Makes it in a folder of its own. Gives the interpreter's path. */
export function makeStandInEngine(folder: string): string {
  const site = join(folder, 'site');
  const cli = join(site, 'swift', 'cli');
  mkdirSync(cli, { recursive: true });
  writeFileSync(join(site, 'swift', '__init__.py'), '');
  const copy = (origin: string, place: string) =>
    copyFileSync(fileURLToPath(new URL(origin, import.meta.url)), place);
  copy('sft.py', join(cli, 'sft.py'));
  copy('../../stand-in/engine_files.py', join(site, 'engine_files.py'));
  for (const [name, version] of Object.entries(PACKAGES)) {
    const description = join(site, `${name.replace('-', '_')}-${version}.dist-info`);
    mkdirSync(description);
    writeFileSync(
      join(description, 'METADATA'),
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    );
  }
  const interpreter = join(folder, 'bin', 'python');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    interpreter,
    `#!/bin/sh\nPYTHONPATH='${site}' exec '${toolPaths().developmentPython}' "$@"\n`,
  );
  chmodSync(interpreter, 0o755);
  return interpreter;
}
