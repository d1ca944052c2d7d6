/** Runs the suites in order, and ends with one line that counts every test of all of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { runVisibly } from '../setup/command.mjs';
import { childEnvironment, nodePath, repository, toolPaths } from '../setup/home.mjs';
import type { Counts } from './reports.ts';
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

/** pytest's way to say that no test has the asked mark. */
const NO_TESTS = 'exit code 5';

const results: SuiteResult[] = [];
let isProductBuilt: boolean | undefined;
for (const suite of chosen) {
  console.log(`\n[test] ${suite.name} (budget ${suite.budgetMinutes} min)`);
  if (suite.needsProduct) isProductBuilt ??= await buildProduct();
  const result = suite.needsProduct && !isProductBuilt ? notRun(suite) : await run(suite);
  results.push(result);
  console.log(
    `[test] ${suite.name}: ${result.passed} passed, ${result.failed} failed, ${result.seconds.toFixed(0)} s`,
  );
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
  const end = await runWithDeadline(suite);
  const seconds = (Date.now() - startedAtMs) / 1000;
  if (!existsSync(suite.reportPath))
    return { suite, passed: 0, failed: 1, seconds, note: `no report (${end})` };
  const counts = suite.countsOf(readFileSync(suite.reportPath, 'utf8'));
  const isSilentFailure = end !== 'exit code 0' && end !== NO_TESTS && counts.failed === 0;
  return {
    suite,
    passed: counts.passed,
    failed: counts.failed + (isSilentFailure ? 1 : 0),
    seconds,
    note: isSilentFailure ? end : '',
  };
}

function runWithDeadline(suite: Suite): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(suite.command, suite.args, {
      cwd: suite.folder,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    });
    const forward = () => endGroup(child, 'SIGTERM');
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    let isHung = false;
    const deadline = setTimeout(
      () => {
        isHung = true;
        endGroup(child, 'SIGKILL');
      },
      suite.budgetMinutes * 60_000 * HANG_FACTOR,
    );
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      clearTimeout(deadline);
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      resolve(isHung ? 'it hung and was ended' : signal ? `signal ${signal}` : `exit code ${code}`);
    });
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') child.kill(signal);
  else process.kill(-child.pid, signal);
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
  const passed = all.reduce((sum, result) => sum + result.passed, 0);
  const failed = all.reduce((sum, result) => sum + result.failed, 0);
  console.log(`[test] ${(seconds / 60).toFixed(1)} min in all; reports in ${join('build', 'reports')}`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed`);
}
