/** Measures the built product. Prints progress, then one JSON object with every figure. */
import { bundleSizesKb } from '../../scripts/build/bundles.ts';
import { runVisibly } from '../../scripts/setup/command.mjs';
import { childEnvironment, nodePath, repository } from '../../scripts/setup/home.mjs';
import { measureBridge, measureStart } from './bridge.ts';
import { LONG_CONFIG_KEY_COUNT } from './config.ts';
import { measureDrawing } from './drawn.ts';
import { measureActivation } from './editor.ts';
import { measureLanguageServers } from './language-server/measure.ts';
import { measureMany } from './many.ts';
import { measureOverhead } from './overhead.ts';
import { measureServer } from './server.ts';

async function measured<Figures>(title: string, measure: () => Promise<Figures>): Promise<Figures> {
  console.log(`[bench] ${title} …`);
  const figures = await measure();
  console.log(`[bench] ${title}: ${JSON.stringify(figures)}`);
  return figures;
}

const build = ['scripts/build/main.ts', '--package'];
const built = await runVisibly(nodePath(), build, { cwd: repository, env: childEnvironment() });
if (built !== 0) throw new Error('The product could not be built; the reason is above.');

const { extension: clientBundleKb, server: serverBundleKb } = bundleSizesKb();
const figures = {
  ...(await measured('bridge', measureBridge)),
  ...(await measured(`language server, ${LONG_CONFIG_KEY_COUNT} keys`, measureServer)),
  ...(await measured('language server beside its peer', measureLanguageServers)),
  ...(await measured('activation in VS Code', measureActivation)),
  ...(await measured('many runs', measureMany)),
  ...(await measured('start of a run', measureStart)),
  ...(await measured('a run of the sample under watch', measureOverhead)),
  ...(await measured('a run of the sample in VS Code', measureDrawing)),
  clientBundleKb,
  serverBundleKb,
};
console.log(JSON.stringify(figures));
