/** The suites of `npm test`: how each is run, how long it may take, and where it leaves its report. */
import { join } from 'node:path';
import { nodePath, programOf, repository, toolPaths } from '../setup/home.mjs';
import { type Counts, checkCounts, junitCounts, trialCounts, vitestCounts } from './reports.ts';

export interface Suite {
  name: string;
  budgetMinutes: number;
  command: string;
  args: string[];
  folder: string;
  reportPath: string;
  countsOf: (report: string) => Counts;
  /** The suite drives the built and packed product. */
  needsProduct: boolean;
}

const reports = join(repository, 'build', 'reports');
const bridge = join(repository, 'python-bridge');
const vitestProgram = join(repository, 'node_modules', 'vitest', 'vitest.mjs');

function vitest(
  name: string,
  budgetMinutes: number,
  options: { projects?: string[]; needsProduct?: boolean },
): Suite {
  const reportPath = join(reports, `${name}.json`);
  const args = [vitestProgram, 'run', '--passWithNoTests', '--reporter=default', '--reporter=json'];
  args.push(`--outputFile.json=${reportPath}`);
  for (const project of options.projects ?? [name]) args.push('--project', project);
  return {
    name,
    budgetMinutes,
    command: nodePath(),
    args,
    folder: repository,
    reportPath,
    countsOf: vitestCounts,
    needsProduct: options.needsProduct ?? false,
  };
}

/** `workers`: tests that mostly wait for processes of their own go side by side, also on two cores. */
function pytest(
  name: string,
  budgetMinutes: number,
  markers: string,
  { workers = 0 }: { workers?: number } = {},
): Suite {
  const reportPath = join(reports, `${name}.xml`);
  return {
    name,
    budgetMinutes,
    command: programOf(toolPaths().developmentEnvironment, 'python'),
    args: [
      ...['-m', 'pytest', '-q', '-m', markers, `--junit-xml=${reportPath}`],
      ...(workers > 0 ? ['--numprocesses', String(workers), '--dist', 'worksteal'] : []),
    ],
    folder: bridge,
    reportPath,
    countsOf: junitCounts,
    needsProduct: false,
  };
}

const check: Suite = {
  name: 'check',
  budgetMinutes: 2,
  command: nodePath(),
  args: ['scripts/check/main.ts'],
  folder: repository,
  reportPath: join(reports, 'check.json'),
  countsOf: checkCounts,
  needsProduct: false,
};

/** Beside the results of the long form, which may not be done yet. */
const shortFaults = join(repository, 'build', 'faults', 'short.jsonl');

/** The short form of `npm run faults`: the same trials at every run, so that a failure comes again. */
const faults: Suite = {
  name: 'faults',
  budgetMinutes: 3,
  command: toolPaths().developmentPython,
  args: [
    '-m',
    'faults.main',
    '--trials',
    '60',
    '--jobs',
    '6',
    '--results',
    shortFaults,
    '--report',
    join(reports, 'faults.json'),
  ],
  folder: join(repository, 'test'),
  reportPath: join(reports, 'faults.json'),
  countsOf: trialCounts,
  needsProduct: true,
};

/** A part of `npm run truth`: the same configs at every run, so that a disagreement comes again. */
const truth: Suite = {
  name: 'truth',
  budgetMinutes: 3,
  command: nodePath(),
  args: ['scripts/truth/main.ts', '--sample', '500', '--report', join(reports, 'truth.json')],
  folder: repository,
  reportPath: join(reports, 'truth.json'),
  countsOf: checkCounts,
  needsProduct: false,
};

export const SUITES: readonly Suite[] = [
  check,
  vitest('unit', 3, { projects: ['unit', 'webviews'] }),
  pytest('bridge', 6, 'not engine and not long', { workers: 3 }),
  pytest('engine', 6, 'engine and not long'),
  truth,
  faults,
  vitest('integration', 8, { needsProduct: true }),
  vitest('e2e', 12, { needsProduct: true }),
];

/** What does not fit the budget; run by `npm run test:long`. */
export const LONG_SUITES: readonly Suite[] = [
  pytest('bridge-long', 60, 'long'),
  vitest('long', 60, { needsProduct: true }),
];
