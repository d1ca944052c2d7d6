/** Measures the built product. Prints progress, then one JSON object with every figure. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { runVisibly } from '../../scripts/setup/command.mjs';
import { childEnvironment, nodePath, repository } from '../../scripts/setup/home.mjs';
import { measureBridge, measureRun } from './bridge.ts';
import { LONG_CONFIG_KEY_COUNT } from './config.ts';
import { measureActivation } from './editor.ts';
import { measureServer } from './server.ts';

const kilobytes = (name: string) => Math.round(statSync(join(repository, 'dist', name)).size / 1024);

async function measured<Figures>(title: string, measure: () => Promise<Figures>): Promise<Figures> {
  console.log(`[bench] ${title} …`);
  const figures = await measure();
  console.log(`[bench] ${title}: ${JSON.stringify(figures)}`);
  return figures;
}

const build = ['scripts/build/main.ts', '--package'];
const built = await runVisibly(nodePath(), build, { cwd: repository, env: childEnvironment() });
if (built !== 0) throw new Error('The product could not be built; the reason is above.');

const figures = {
  ...(await measured('bridge', measureBridge)),
  ...(await measured(`language server, ${LONG_CONFIG_KEY_COUNT} keys`, measureServer)),
  ...(await measured('activation in VS Code', measureActivation)),
  ...(await measured('a run of the sample', measureRun)),
  clientBundleKb: kilobytes('extension.cjs'),
  serverBundleKb: kilobytes('server.js'),
};
console.log(JSON.stringify(figures));
