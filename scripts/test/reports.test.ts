/** Counts are taken from the reports as the runners write them, and what did not run is never counted as passed. */
import { expect, test } from 'vitest';
import { checkCounts, junitCounts, trialCounts, vitestCounts } from './reports.ts';

test('a vitest file that broke before its first test is a failure', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 0,
    testResults: [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'passed', assertionResults: [{}, {}, {}] },
    ],
  };
  expect(vitestCounts(JSON.stringify(report))).toEqual({ passed: 3, failed: 2 });
});

test('a pytest error or skip is no pass', () => {
  const report =
    '<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="1" tests="10" time="0.1">';
  expect(junitCounts(report)).toEqual({ passed: 6, failed: 4 });
});

test('each trial counts as one', () => {
  expect(trialCounts('{"trials":80,"failed":2}')).toEqual({ passed: 78, failed: 2 });
});

test('each check counts as one', () => {
  expect(checkCounts('[{"isPassed":true},{"isPassed":false}]')).toEqual({ passed: 1, failed: 1 });
});
