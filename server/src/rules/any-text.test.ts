/** Whatever the text, reading, judging and finding the cursor end without a fault, and every range lies in the text. */
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { cursorAt } from '../text/cursor.ts';
import { placeAt } from '../text/document.ts';
import { contextOf } from './check-rule.ts';
import { runRules } from './index.ts';

// Four thousand readings, on machines that do other things too.
vi.setConfig({ testTimeout: 60_000 });

const Corpus = z.object({ cases: z.array(z.object({ text: z.string() })) });
const path = new URL('../../../test/fixtures/pyyaml/cases.json', import.meta.url);
const { cases } = Corpus.parse(JSON.parse(readFileSync(path, 'utf8')));

test.each(['yaml', 'json'] as const)('texts read as %s', (format) => {
  for (const { text } of cases) {
    const context = contextOf(text, { format });
    const findings = runRules(context, (rule, error) => {
      throw new Error(`${rule.id} failed on ${JSON.stringify(text)}`, { cause: error });
    });
    const edits = findings.flatMap((finding) => finding.fixes?.flatMap((fix) => fix.edits) ?? []);
    for (const { range } of [...findings, ...edits]) {
      const isInside = range.start >= 0 && range.start <= range.end && range.end <= Math.max(1, text.length);
      expect({ text, range, isInside }).toEqual({ text, range, isInside: true });
    }
    for (let offset = 0; offset <= text.length; offset += 5) {
      placeAt(context.document, offset);
      const cursor = cursorAt(text, offset);
      const holdsCursor = !cursor || (cursor.range.start <= offset && cursor.range.end >= offset);
      expect({ text, offset, holdsCursor }).toEqual({ text, offset, holdsCursor: true });
    }
  }
});
