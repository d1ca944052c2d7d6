/**
 * Builds the product, then runs the trials of test/faults against it; their last line is one JSON object.
 * `--engine` takes the real engine and the sample's model instead of the stand-in.
 */
import { join } from 'node:path';
import { prepareWorkspace } from '../demo/workspace.ts';
import { runVisibly } from '../setup/command.mjs';
import { childEnvironment, nodePath, repository, toolPaths } from '../setup/home.mjs';

const build = ['scripts/build/main.ts', '--package'];
const built = await runVisibly(nodePath(), build, { cwd: repository, env: childEnvironment() });
if (built !== 0) throw new Error('The product could not be built; the reason is above.');

const env = childEnvironment({
  TUNEWRIGHT_ENGINE_PYTHON: toolPaths().enginePython,
  PYTHONDONTWRITEBYTECODE: '1',
});
const sample = join(toolPaths().home, 'test', 'sample');
const options = process.argv
  .slice(2)
  .flatMap((option) => (option === '--engine' ? [option, sample] : [option]));
if (options.includes('--engine')) await prepareWorkspace(sample);
const args = ['-m', 'faults.main', ...options];
process.exitCode = await runVisibly(toolPaths().developmentPython, args, {
  cwd: join(repository, 'test'),
  env,
});
