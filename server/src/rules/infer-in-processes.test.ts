import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { inferInProcesses } from './infer-in-processes.ts';

const INFER = { task: 'infer' } as const;

test('processes that answer rows need rows, and do not stream', () => {
  checkRule(inferInProcesses, 'ENV:\n  NPROC_PER_NODE: 2 # want "Name a val_dataset"\n', undefined, INFER);
  checkRule(
    inferInProcesses,
    'val_dataset: a\nENV: {NPROC_PER_NODE: 2}\nstream: true # want "nothing is streamed" fix="stream: false"\n',
    'val_dataset: a\nENV: {NPROC_PER_NODE: 2}\nstream: false\n',
    INFER,
  );
});

test('one process, and rows to answer, are left alone', () => {
  for (const text of [
    'stream: true\n',
    'val_dataset: a\nENV: {NPROC_PER_NODE: 2}\n',
    'dataset: a\nsplit_dataset_ratio: 0.5\nENV: {NPROC_PER_NODE: 2}\n',
    'load_data_args: true\nENV: {NPROC_PER_NODE: 2}\n',
  ]) {
    checkRule(inferInProcesses, text, undefined, INFER);
  }
});
