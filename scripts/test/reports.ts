/** Counts of passed and failed tests, read from the reports that the test runners write for machines. */
import * as z from 'zod';

export interface Counts {
  passed: number;
  failed: number;
}

/** What a suite came to; the note says why, where the tests themselves do not. */
export interface Outcome extends Counts {
  note: string;
}

/** How a program ends that has done all it should; pytest has its own way to say that no test has the asked mark. */
const GOOD_ENDS = ['exit code 0', 'exit code 5'];

/** A suite without a report that can be read, or that ends badly without a failed test, is one failure more. */
export function countsOf(report: string | undefined, read: (report: string) => Counts, end: string): Outcome {
  if (report === undefined) return { passed: 0, failed: 1, note: `no report (${end})` };
  let counts: Counts;
  try {
    counts = read(report);
  } catch {
    return { passed: 0, failed: 1, note: `a report that cannot be read (${end})` };
  }
  if (GOOD_ENDS.includes(end) || counts.failed > 0) return { ...counts, note: '' };
  return { passed: counts.passed, failed: 1, note: end };
}

/** Of all suites together. */
export function totalOf(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

const VitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** A file that fails before its first test counts as one failure; a skipped test counts as failed. */
export function vitestCounts(report: string): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = VitestReport.parse(
    JSON.parse(report),
  );
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return { passed: numPassedTests, failed: numFailedTests + numPendingTests + broken.length };
}

/** Skipped tests count as failed here too: a test that did not run proved nothing. */
export function junitCounts(report: string): Counts {
  const suites = [...report.matchAll(/<testsuite\s([^>]*)>/g)].map(([, attributes]) => attributes ?? '');
  const count = (attributes: string, name: string) =>
    Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1] ?? 0);
  const counts = { passed: 0, failed: 0 };
  for (const attributes of suites) {
    const failed = count(attributes, 'failures') + count(attributes, 'errors') + count(attributes, 'skipped');
    counts.failed += failed;
    counts.passed += count(attributes, 'tests') - failed;
  }
  return counts;
}

const TrialsReport = z.object({ trials: z.int(), failed: z.int() });

export function trialCounts(report: string): Counts {
  const { trials, failed } = TrialsReport.parse(JSON.parse(report));
  return { passed: trials - failed, failed };
}

const CheckReport = z.array(z.object({ isPassed: z.boolean() }));

export function checkCounts(report: string): Counts {
  const results = CheckReport.parse(JSON.parse(report));
  const passed = results.filter((result) => result.isPassed).length;
  return { passed, failed: results.length - passed };
}
