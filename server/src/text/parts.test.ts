/** Whatever was read before, a text reads as it would by itself, ranges and problems included. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { PartsReader } from './parts.ts';
import { readYaml } from './yaml.ts';

// Thousands of readings, on machines that do other things too.
vi.setConfig({ testTimeout: 60_000 });

const Corpus = z.object({ cases: z.array(z.object({ text: z.string() })) });
const path = new URL('../../../test/fixtures/pyyaml/cases.json', import.meta.url);
const texts = Corpus.parse(JSON.parse(readFileSync(path, 'utf8'))).cases.map(({ text }) => text);

function expectSame(reader: PartsReader, text: string): void {
  expect({ text, read: reader.read(text) }).toEqual({ text, read: readYaml(text) });
}

test('texts of every kind between two keys, one after the other in one document', () => {
  const reader = new PartsReader();
  for (const text of texts) {
    expectSame(reader, text);
    expectSame(reader, `first: 1\n${text}`);
    expectSame(reader, `# a comment\nfirst: [1, 2]\n${text}\nlast: x`);
    expectSame(reader, `last: x\n${text}`);
  }
});

const line = fc.constantFrom(
  'model: a/b\n',
  'dataset:\n  - a\n  - b#5\n',
  'dataset:\n- a\n-  b\n',
  'system: |\n  one\n\n  two\n\n',
  'system: |+\n  one\n\n',
  'system: >-\n  one\n # not a comment\n',
  'text: "x\n  y"\n',
  "text: 'open\n",
  'json: {a: [1, 2], b: {c: d}}\n',
  'json: {a: [1,\n',
  '  2]}\n',
  'empty:\n',
  'empty: # why\n',
  '# a comment\n',
  '\n',
  '  deeper: 1\n',
  'a: &x 1\n',
  'b: *x\n',
  'c: !!str 1\n',
  'c: !!str\n',
  '<<: {d: 1}\n',
  '---\n',
  '...\n',
  '? a\n',
  ': b\n',
  'e: f: g\n',
  '\tt: 1\n',
  'windows: 1\r\n',
  'torn: 1',
  '- item\n',
);

test('edits of every kind', () => {
  const edits = fc.array(
    fc.record({ at: fc.nat(), removed: fc.nat(30), added: fc.oneof(line, fc.string({ maxLength: 3 })) }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), edits, (lines, changes) => {
      const reader = new PartsReader();
      let text = lines.join('');
      expectSame(reader, text);
      for (const { at, removed, added } of changes) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + added + text.slice(start + removed);
        expectSame(reader, text);
      }
    }),
    { numRuns: 1_500, seed: 20_261_124 },
  );
});

test('an entry that has not changed is taken over, also from before a mistake', () => {
  const reader = new PartsReader();
  const entryOf = (text: string) => {
    const { root } = reader.read(text);
    return root?.kind === 'mapping' ? root.entries[0] : undefined;
  };
  const entry = entryOf('dataset:\n  - a\nmodel: b\n');
  expect(entry).toBeDefined();
  expect(entryOf('dataset:\n  - a\nmodel: bc\n')).toBe(entry);
  expect(entryOf('dataset:\n  - a\nmodel: "bc\n')).not.toBe(entry);
  expect(entryOf('dataset:\n  - a\nmodel: "bc"\n')).toBe(entry);
});
