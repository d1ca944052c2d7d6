/** Runs the suites in order, and ends with one line that counts every test of all of them. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { runVisibly } from '../setup/command.mjs';
import { childEnvironment, nodePath, repository, toolPaths } from '../setup/home.mjs';
import { type Counts, countsOf, totalOf } from './reports.ts';
import { runProgram } from './running.ts';
import { LONG_SUITES, SUITES, type Suite } from './suites.ts';

interface SuiteResult extends Counts {
  suite: Suite;
  seconds: number;
  note: string;
}

/** A suite that takes so many times its budget hangs, and is ended. */
const HANG_FACTOR = 2;

const { values, positionals } = parseArgs({ options: { long: { type: 'boolean' } }, allowPositionals: true });
const known = values.long ? LONG_SUITES : SUITES;
const unknown = positionals.filter((name) => !known.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `No such suite: ${unknown.join(', ')}. There are: ${known.map((suite) => suite.name).join(', ')}`,
  );
  process.exit(1);
}
const chosen = known.filter((suite) => positionals.length === 0 || positionals.includes(suite.name));

const environment = childEnvironment({
  TUNEWRIGHT_ENGINE_PYTHON: toolPaths().enginePython,
  OMP_NUM_THREADS: '1',
  PYTHONDONTWRITEBYTECODE: '1',
});

const results: SuiteResult[] = [];
let isProductBuilt: boolean | undefined;
let wasInterrupted = false;
for (const suite of chosen) {
  console.log(`\n[test] ${suite.name} (budget ${suite.budgetMinutes} min)`);
  if (suite.needsProduct) isProductBuilt ??= await buildProduct();
  const result = suite.needsProduct && !isProductBuilt ? notRun(suite) : await run(suite);
  results.push(result);
  console.log(
    `[test] ${suite.name}: ${result.passed} passed, ${result.failed} failed, ${result.seconds.toFixed(0)} s`,
  );
  if (wasInterrupted) break;
}
report(results);

async function buildProduct(): Promise<boolean> {
  const args = ['scripts/build/main.ts', '--package'];
  return (await runVisibly(nodePath(), args, { cwd: repository, env: environment })) === 0;
}

function notRun(suite: Suite): SuiteResult {
  return { suite, passed: 0, failed: 1, seconds: 0, note: 'the product could not be built' };
}

async function run(suite: Suite): Promise<SuiteResult> {
  const startedAtMs = Date.now();
  mkdirSync(dirname(suite.reportPath), { recursive: true });
  rmSync(suite.reportPath, { force: true });
  const end = await runProgram({
    command: suite.command,
    args: suite.args,
    folder: suite.folder,
    environment,
    deadlineMs: suite.budgetMinutes * 60_000 * HANG_FACTOR,
  });
  wasInterrupted = end.wasInterrupted;
  const seconds = (Date.now() - startedAtMs) / 1000;
  const report = existsSync(suite.reportPath) ? readFileSync(suite.reportPath, 'utf8') : undefined;
  const { passed, failed, note } = countsOf(report, suite.countsOf, end.how);
  const left = end.leftCount > 0 ? `${end.leftCount} processes were left, and ended` : '';
  return { suite, passed, failed, seconds, note: [note, left].filter(Boolean).join('; ') };
}

function report(all: SuiteResult[]): void {
  console.log('\n[test] suite        budget    took  passed  failed');
  for (const { suite, seconds, passed, failed, note } of all) {
    const columns = [
      suite.name.padEnd(12),
      `${suite.budgetMinutes} min`.padStart(6),
      `${seconds.toFixed(0)} s`.padStart(7),
      String(passed).padStart(7),
      String(failed).padStart(7),
    ];
    const overBudget = seconds > suite.budgetMinutes * 60 ? 'over budget' : '';
    console.log(`[test] ${columns.join(' ')}  ${[note, overBudget].filter(Boolean).join('; ')}`);
  }
  const seconds = all.reduce((sum, result) => sum + result.seconds, 0);
  const { passed, failed } = totalOf(all);
  console.log(`[test] ${(seconds / 60).toFixed(1)} min in all; reports in ${join('build', 'reports')}`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed`);
}
