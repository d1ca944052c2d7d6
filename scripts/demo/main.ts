/** The main job of the product on the sample: in a window, or headless with its result as the last line. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runVisibly } from '../setup/command.mjs';
import { childEnvironment, nodePath, repository, toolPaths } from '../setup/home.mjs';
import { trainHeadless } from './headless.ts';
import { openWindow } from './windowed.ts';
import { CONFIG, prepareWorkspace } from './workspace.ts';

const { values } = parseArgs({ options: { headless: { type: 'boolean' } } });

const folder = toolPaths().demoWorkspace;
console.log(`[demo] workspace: ${folder}`);
await prepareWorkspace(folder);
const buildArguments = ['scripts/build/main.ts', ...(values.headless ? [] : ['--package'])];
const built = await runVisibly(nodePath(), buildArguments, { cwd: repository, env: childEnvironment() });
if (built !== 0) throw new Error('The product could not be built; the reason is above.');

if (values.headless) {
  const result = await trainHeadless(join(folder, CONFIG), toolPaths().enginePython);
  console.log(JSON.stringify(result));
  process.exitCode = result.ok ? 0 : 1;
} else {
  process.exitCode = await openWindow(folder);
}
