/** Counts are taken from the reports as the runners write them, and what did not run is never counted as passed. */
import { expect, test } from 'vitest';
import { checkCounts, countsOf, junitCounts, totalOf, trialCounts, vitestCounts } from './reports.ts';

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

test('a suite whose report is missing or cut short has failed', () => {
  const missing = countsOf(undefined, trialCounts, 'it hung and was ended');
  expect(missing).toEqual({ passed: 0, failed: 1, note: 'no report (it hung and was ended)' });
  const torn = countsOf('{"trials":80,"fai', trialCounts, 'signal SIGKILL');
  expect(torn).toEqual({ passed: 0, failed: 1, note: 'a report that cannot be read (signal SIGKILL)' });
});

test('a suite that ends badly has failed although none of its tests has', () => {
  const report = '{"trials":80,"failed":0}';
  expect(countsOf(report, trialCounts, 'exit code 0')).toEqual({ passed: 80, failed: 0, note: '' });
  expect(countsOf(report, trialCounts, 'exit code 1')).toEqual({
    passed: 80,
    failed: 1,
    note: 'exit code 1',
  });
});

test('several failures in several suites are added up', () => {
  const suites = ['{"trials":80,"failed":3}', undefined, '{"trials":10,"failed":2}'];
  const outcomes = suites.map((report) => countsOf(report, trialCounts, 'exit code 1'));
  expect(totalOf(outcomes)).toEqual({ passed: 85, failed: 6 });
});
