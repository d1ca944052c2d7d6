/** `npm run check`: types, lint, format and structure of everything. Runs all of it, then says what failed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../setup/command.mjs';
import { childEnvironment, nodePath, programOf, repository, toolPaths } from '../setup/home.mjs';

interface Check {
  name: string;
  command: string;
  args: string[];
  folder?: string;
  env?: Record<string, string>;
}

interface CheckResult {
  name: string;
  isPassed: boolean;
  seconds: number;
  output: string;
}

const AT_ONCE = 2;

const bridge = join(repository, 'python-bridge');
const { developmentEnvironment } = toolPaths();
const python = (program: string) => programOf(developmentEnvironment, program);
const node = (name: string, ...args: string[]): Check => ({ name, command: nodePath(), args });
const ours = (path: string) => join(repository, 'node_modules', ...path.split('/'));
const pythonSources = ['src', 'tests', '../samples', '../test'];
const ruffConfiguration = ['--config', join(bridge, 'pyproject.toml'), '--quiet'];

const checks: Check[] = [
  node('types', ours('typescript/bin/tsc'), '-p', '.'),
  node('types of the webviews', ours('typescript/bin/tsc'), '-p', 'client/webviews'),
  node('lint and format', ours('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'),
  node('generated files', 'scripts/generate/main.ts', '--check'),
  node('structure', 'scripts/structure/main.ts'),
  {
    name: 'Python lint',
    command: python('ruff'),
    args: ['check', ...ruffConfiguration, ...pythonSources],
    folder: bridge,
  },
  {
    name: 'Python format',
    command: python('ruff'),
    args: ['format', '--check', ...ruffConfiguration, ...pythonSources],
    folder: bridge,
  },
  { name: 'Python types', command: python('mypy'), args: ['--no-error-summary'], folder: bridge },
  {
    name: 'Python import order',
    command: python('lint-imports'),
    args: ['--no-cache'],
    folder: bridge,
    env: { PYTHONPATH: 'src' },
  },
];

async function run(check: Check): Promise<CheckResult> {
  const startedAtMs = Date.now();
  const options = { cwd: check.folder ?? repository, env: childEnvironment(check.env) };
  const { code, stdout, stderr } = await capture(check.command, check.args, options);
  const seconds = (Date.now() - startedAtMs) / 1000;
  console.log(`[check] ${check.name}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds.toFixed(1)} s)`);
  return { name: check.name, isPassed: code === 0, seconds, output: `${stdout}${stderr}`.trim() };
}

const waiting = [...checks];
const results: CheckResult[] = [];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await run(next));
  }),
);

const failed = results.filter((result) => !result.isPassed);
for (const { name, output } of failed) console.error(`\n[check] ${name}\n${output}`);
const reports = join(repository, 'build', 'reports');
mkdirSync(reports, { recursive: true });
writeFileSync(join(reports, 'check.json'), JSON.stringify(results, null, 2));
process.exitCode = failed.length === 0 ? 0 : 1;
