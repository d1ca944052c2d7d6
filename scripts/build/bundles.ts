/** The JavaScript of the product: one bundle each for the extension, the language server and every webview. */
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { repository } from '../setup/home.mjs';

const dist = join(repository, 'dist');
/** Source maps are for whoever debugs a bundle, not for the product. */
const maps = join(repository, 'build', 'maps');

const shared: BuildOptions = {
  absWorkingDir: repository,
  bundle: true,
  minify: true,
  sourcemap: 'external',
  legalComments: 'none',
  logLevel: 'warning',
  loader: { '.svg': 'text' },
};

/** An ES module bundle has no `require` of its own, and some packages inside ask for Node's modules with it. */
const REQUIRE_BANNER =
  "import { createRequire as nodeCreateRequire } from 'node:module'; const require = nodeCreateRequire(import.meta.url);";

const bundles: BuildOptions[] = [
  {
    // In pieces: activation loads the first one only, the clients of server and bridge come when they are needed.
    entryPoints: { main: 'client/src/extension.ts' },
    outdir: 'dist/extension',
    chunkNames: '[hash]',
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    external: ['vscode'],
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_BANNER },
  },
  {
    entryPoints: ['server/src/main.ts'],
    outfile: 'dist/server.js',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_BANNER },
  },
  {
    entryPoints: ['server/src/check.ts'],
    outfile: 'dist/check.js',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: `#!/usr/bin/env node\n${REQUIRE_BANNER}` },
  },
  {
    entryPoints: { dashboard: 'client/webviews/dashboard/main.ts' },
    outdir: 'dist/webviews',
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
  },
];

/** Builds every bundle and puts what they read at run time beside them. Returns sizes in KB by file. */
export async function buildBundles(): Promise<Record<string, number>> {
  mkdirSync(dist, { recursive: true });
  // What an earlier version of the build left behind would be packed too.
  for (const name of readdirSync(dist)) if (name !== 'bridge') rmSync(join(dist, name), { recursive: true });
  await Promise.all(bundles.map((options) => build({ ...shared, ...options })));
  mkdirSync(maps, { recursive: true });
  for (const path of globSync('**/*.map', { cwd: dist }))
    renameSync(join(dist, path), join(maps, basename(path)));
  const schemas = join(repository, 'server', 'schemas');
  if (existsSync(schemas)) cpSync(schemas, join(dist, 'schemas'), { recursive: true });
  return bundleSizesKb();
}

/** What each program of the product weighs, in KB, by its place in dist/. */
export function bundleSizesKb(): Record<string, number> {
  const programs = { extension: 'extension/*.js', server: 'server.js', dashboard: 'webviews/dashboard.js' };
  return Object.fromEntries(
    Object.entries(programs).map(([name, files]) => {
      const bytes = globSync(files, { cwd: dist }).reduce(
        (sum, file) => sum + statSync(join(dist, file)).size,
        0,
      );
      return [name, Math.round(bytes / 1024)];
    }),
  );
}
