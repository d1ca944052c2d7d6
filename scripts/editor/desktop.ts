/** Runs test/desktop/ in a desktop VS Code that @vscode/test-electron downloads, on a copy of the sample. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { prepareWorkspace } from '../demo/workspace.ts';
import { runVisibly } from '../setup/command.mjs';
import { childEnvironment, nodePath, repository, toolPaths } from '../setup/home.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tunewright-desktop-'));
try {
  await prepareWorkspace(folder);
  const build = await runVisibly(nodePath(), ['scripts/build/main.ts'], {
    cwd: repository,
    env: childEnvironment(),
  });
  if (build !== 0) throw new Error('The product could not be built.');
  process.exitCode = await runTests({
    cachePath: join(toolPaths().home, 'desktop'),
    extensionDevelopmentPath: repository,
    extensionTestsPath: join(repository, 'test', 'desktop', 'index.cjs'),
    launchArgs: [folder, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome'],
    extensionTestsEnv: { TUNEWRIGHT_ENGINE_PYTHON: toolPaths().enginePython },
  });
  console.log(process.exitCode === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
