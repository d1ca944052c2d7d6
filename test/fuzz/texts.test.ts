/** The language server's parts survive whatever is typed; `texts.long.test.ts` tries a hundred thousand cases. */
import fc from 'fast-check';
import { test, vi } from 'vitest';
import { type FuzzCase, fuzzCases, tryCase } from './texts.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Texts that once failed. */
const FOUND: readonly FuzzCase[] = [{ text: '\n: []', task: 'download', format: 'yaml', at: 0 }];

test('a thousand texts that somebody might type', () => {
  fc.assert(fc.property(fuzzCases, tryCase), {
    numRuns: 1_000,
    seed: 20_261_124,
    examples: FOUND.map((found) => [found]),
  });
});
