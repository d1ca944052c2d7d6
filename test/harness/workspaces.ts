/** Copies of the sample for tests that train: made once a machine, copied for each test, removed afterwards. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareWorkspace } from '../../scripts/demo/workspace.ts';
import { toolPaths } from '../../scripts/setup/home.mjs';
import { killAtOnce, processesNaming } from './processes.ts';

const REMOVE_RETRIES = 10;

export interface TestWorkspace {
  folder: string;
  /** Where its runs are. */
  root: string;
  /** Ends whatever still runs in it, and removes it. */
  remove(): void;
}

export async function sampleWorkspace(): Promise<TestWorkspace> {
  const prepared = join(toolPaths().home, 'test', 'sample');
  await prepareWorkspace(prepared);
  const base = mkdtempSync(join(tmpdir(), 'tunewright-test-'));
  const folder = join(base, 'first-run');
  cpSync(prepared, folder, { recursive: true });
  return {
    folder,
    root: join(folder, '.tunewright', 'runs'),
    remove: () => {
      for (const found of processesNaming(base)) killAtOnce(found);
      // What was killed may be in the middle of a write.
      rmSync(base, { recursive: true, force: true, maxRetries: REMOVE_RETRIES });
    },
  };
}
