import { expect, it } from 'vitest';
import { FileProblem, PreflightCode } from '../../../protocol/src/checkpoint.ts';
import {
  beginningText,
  CHECK_CODES,
  checkpointText,
  checkText,
  differenceText,
  FILE_PROBLEMS,
  preflightReport,
} from './preflight-texts.ts';

it('every check and every problem of a file has words, and none is left over', () => {
  expect(CHECK_CODES.toSorted()).toEqual(PreflightCode.options.toSorted());
  expect(FILE_PROBLEMS.toSorted()).toEqual(FileProblem.options.toSorted());
  for (const code of PreflightCode.options) {
    expect(checkText({ code, severity: 'warning', values: {} })).not.toMatch(/[{}]/);
  }
});

it('names file, problem and detail', () => {
  const values = { file: 'optimizer.pt', problem: 'truncated', detail: '12 of 90 bytes' };
  expect(checkText({ code: 'optimizer-unreadable', severity: 'error', values })).toBe(
    'The state of the optimizer cannot be read: optimizer.pt: it is cut short (12 of 90 bytes).',
  );
});

it('shows what an argument was and will be, where it is set at all', () => {
  expect(differenceText({ key: 'learning_rate', ofCheckpoint: '0.001', ofAttempt: '0.0001' })).toBe(
    'learning_rate: 0.001 → 0.0001',
  );
  expect(differenceText({ key: 'max_steps', ofAttempt: '80' })).toBe('max_steps: (not set) → 80');
});

it('tells a checkpoint in a line', () => {
  const checkpoint = { path: '/o/checkpoint-40', attempt: 1, step: 40, createdAtMs: 0, isComplete: true };
  const written = new Date(0).toLocaleString();
  expect(checkpointText({ ...checkpoint, epoch: 1.234, sizeBytes: 12_345_678 })).toBe(
    `step 40 · epoch 1.23 · 12 MB · ${written}`,
  );
  expect(checkpointText({ ...checkpoint, sizeBytes: 1_400_000_000 })).toBe(`step 40 · 1.4 GB · ${written}`);
});

it('gives everything as a text to read', () => {
  const preflight = {
    point: { attempt: 1, checkpoint: '/o/checkpoint-40', step: 40 },
    nextStep: 41,
    maxSteps: 400,
    checks: [{ code: 'weights-only' as const, severity: 'warning' as const, values: {} }],
    differences: [{ key: 'learning_rate', ofCheckpoint: '0.001', ofAttempt: '0.0001' }],
    checkpoints: [],
  };
  expect(beginningText(preflight)).toBe('Goes on at step 41 of 400.');
  const report = preflightReport('first.sft', preflight);
  for (const part of ['/o/checkpoint-40', 'step 41 of 400', 'weights alone', 'learning_rate: 0.001']) {
    expect(report).toContain(part);
  }
});
