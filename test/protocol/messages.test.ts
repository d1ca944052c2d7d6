/** Feeds the shared sample messages to the zod side; `python-bridge/tests/protocol/test_messages.py` feeds them to the other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { fromMetricNumber, toMetricNumber } from '../../protocol/src/number.ts';
import { LIVE_RUN_STATES, RUN_TRANSITIONS, RunState } from '../../protocol/src/run.ts';

const Sample = z.object({ schema: z.string(), fits: z.boolean(), why: z.string(), value: z.unknown() });
const samples = z
  .array(Sample)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'messages.json'), 'utf8')));

const sourceFolder = join(import.meta.dirname, '..', '..', 'protocol', 'src');
const schemas = new Map<string, z.ZodType>();
for (const file of readdirSync(sourceFolder).filter((name) => name.endsWith('.ts'))) {
  const module: Record<string, unknown> = await import(join(sourceFolder, file));
  for (const [name, value] of Object.entries(module))
    if (value instanceof z.ZodType) schemas.set(name, value);
}

describe('sample messages', () => {
  test.each(samples)('$schema: $why', ({ schema, fits, value }) => {
    const result = schemas.get(schema)?.safeParse(value);
    expect(result?.success).toBe(fits);
  });
});

describe('metric numbers', () => {
  test.each([0, -1.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%d survives JSON',
    (value) => {
      const sent = JSON.parse(JSON.stringify(toMetricNumber(value)));
      expect(fromMetricNumber(sent)).toBe(value);
    },
  );
});

describe('run states', () => {
  test('every transition leads to a state that exists, and none to itself', () => {
    for (const state of RunState.options) {
      for (const next of RUN_TRANSITIONS[state]) expect(RunState.options).toContain(next);
      expect(RUN_TRANSITIONS[state]).not.toContain(state);
    }
  });

  test('an ended run comes back to life only by a new attempt or by being found again', () => {
    const ended = RunState.options.filter((state) => !LIVE_RUN_STATES.includes(state));
    for (const state of ended.filter((each) => each !== 'lost'))
      expect(RUN_TRANSITIONS[state]).toEqual(['queued']);
  });
});
