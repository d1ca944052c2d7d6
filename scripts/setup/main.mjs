/** Sets up what a command needs. Uses Node's own modules only, and runs on Node 20. */
import process from 'node:process';
import { runVisibly, SetupError } from './command.mjs';
import { ensureBrowser, ensureCodeServer } from './editor.mjs';
import { childEnvironment, nodePath, repository } from './home.mjs';
import { ensureNode, ensureNodePackages } from './node.mjs';
import { ensureDevelopmentEnvironment, ensureEngineEnvironment, ensureUv } from './python.mjs';
import { say } from './step.mjs';

const OLDEST_NODE_MAJOR = 20;

/** @typedef {'uv' | 'bridge-dev' | 'engine' | 'code-server' | 'browser'} Part */

/** @type {Record<Part, () => Promise<void>>} */
const PARTS = {
  uv: ensureUv,
  'bridge-dev': ensureDevelopmentEnvironment,
  engine: ensureEngineEnvironment,
  'code-server': ensureCodeServer,
  browser: ensureBrowser,
};

/** @param {readonly Part[]} parts on top of Node and its packages */
export async function setUp(parts) {
  const startedAtMs = Date.now();
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE_MAJOR) {
    throw new SetupError(`Node ${process.versions.node} is too old.`, { next: 'Install Node 20 or newer.' });
  }
  await ensureNode();
  await ensureNodePackages();
  for (const part of parts) await PARTS[part]();
  say(`[set-up] ready after ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

/**
 * The body of a command: set-up, then a TypeScript program under Node 24 in the checkout, whose exit code is ours.
 * @param {string} program path inside the checkout
 * @param {{ parts?: readonly Part[], args?: readonly string[] }} [options]
 */
export async function command(program, { parts = [], args = process.argv.slice(2) } = {}) {
  try {
    await setUp(parts);
    const options = { cwd: repository, env: childEnvironment() };
    process.exitCode = await runVisibly(nodePath(), [program, ...args], options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
