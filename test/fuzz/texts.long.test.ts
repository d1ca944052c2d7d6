/** The long form: a hundred thousand texts, each new, and none that takes longer than 200 ms. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzCases, tryCase } from './texts.ts';

const CASES = 100_000;
const HANG_MS = 200;

test('a hundred thousand texts that somebody might type', () => {
  const slow: { readonly ms: number; readonly text: string }[] = [];
  const property = fc.property(fuzzCases, (fuzzCase) => {
    const startedAt = performance.now();
    tryCase(fuzzCase);
    const ms = performance.now() - startedAt;
    if (ms > HANG_MS) slow.push({ ms, text: fuzzCase.text });
  });
  fc.assert(property, { numRuns: CASES });
  // A machine that stops for a moment makes any text slow once: what is slow again is the text's doing.
  expect(slow.filter(({ text }) => isSlow(text))).toEqual([]);
});

function isSlow(text: string): boolean {
  const startedAt = performance.now();
  tryCase({ text, task: 'sft', format: 'yaml', at: 0.5 });
  return performance.now() - startedAt > HANG_MS;
}
