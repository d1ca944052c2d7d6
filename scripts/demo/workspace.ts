/** The demo's workspace: a copy of the sample under the tools home, so that nothing is ever trained inside the sources. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runVisibly } from '../setup/command.mjs';
import { childEnvironment, repository, toolPaths } from '../setup/home.mjs';

const SAMPLE = join(repository, 'samples', 'first-run');
/** Left by a training inside the sample; never copied. */
const MADE = /[\\/](model|model\.partial|output|\.tunewright|__pycache__)([\\/]|$)/;

export const CONFIG = 'first.sft.yaml';

/** Lays the sample's files into a folder (runs and the model that are there stay) and makes the model. */
export async function prepareWorkspace(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  cpSync(SAMPLE, folder, {
    recursive: true,
    filter: (path) => !MADE.test(path.slice(SAMPLE.length)),
  });
  const python = toolPaths().enginePython;
  const env = childEnvironment({ OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' });
  const code = await runVisibly(python, [join(folder, 'make_model.py')], { cwd: folder, env });
  if (code !== 0) throw new Error(`make_model.py failed (exit code ${code}); its words are above.`);
}
