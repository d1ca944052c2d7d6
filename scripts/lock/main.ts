/** Resolves each input to a lock with hashes, for every platform at once and without the name of any registry. */
import { join } from 'node:path';
import { runVisibly } from '../setup/command.mjs';
import { childEnvironment, repository, toolPaths } from '../setup/home.mjs';

/** A lock and the oldest Python that it must resolve for. */
const LOCKS = [
  { folder: 'python-bridge/locks', name: 'uv', oldestPython: '3.10' },
  { folder: 'python-bridge/locks', name: 'runtime', oldestPython: '3.10' },
  { folder: 'python-bridge/locks', name: 'development', oldestPython: '3.11' },
  { folder: 'python-bridge/src/tunewright_bridge/tools/locks', name: 'engine', oldestPython: '3.11' },
];
const STYLE = ['--universal', '--generate-hashes', '--no-header', '--no-annotate', '--quiet'];
const NO_HOSTS = ['--no-emit-index-url', '--no-emit-find-links'];

for (const { folder, name, oldestPython } of LOCKS) {
  const args = ['pip', 'compile', `${name}.in`, ...STYLE, ...NO_HOSTS, '--python-version', oldestPython];
  args.push('--output-file', `${name}.txt`);
  const options = {
    cwd: join(repository, folder),
    env: childEnvironment({ UV_PYTHON_DOWNLOADS: 'never' }),
  };
  const code = await runVisibly(toolPaths().uv, args, options);
  if (code !== 0) throw new Error(`${folder}/${name}.in could not be resolved; the reason is above.`);
  console.log(`[lock] ${folder}/${name}.txt`);
}
