/** Texts as they are while somebody writes a config: half right, broken, hostile; and what must hold of each. */
import fc from 'fast-check';
import { Task } from '../../protocol/src/task.ts';
import { applyFixes, contextOf } from '../../server/src/rules/check-rule.ts';
import { ignoreFixes } from '../../server/src/rules/ignore-fixes.ts';
import { runRules } from '../../server/src/rules/index.ts';
import { shapeAt } from '../../server/src/schema/shape.ts';
import { cursorAt } from '../../server/src/text/cursor.ts';
import { placeAt } from '../../server/src/text/document.ts';
import type { TextRange } from '../../server/src/text/nodes.ts';
import { suggestValues } from '../../server/src/values/index.ts';

const { pool } = contextOf('').lookup.schema;
const NAMES = [...new Set(pool.map(({ name }) => name))];

const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.constantFrom('ENV', 'tunewright', 'parallel_strategy', '<<', '"a b"', '? x') },
  // A typo, a short form, dashes.
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMES), fc.nat({ max: 12 }))
      .map(([name, at]) => name.slice(0, at) + name.slice(at + 1)),
  },
  { weight: 1, arbitrary: fc.constantFrom(...NAMES).map((name) => name.replaceAll('_', '-')) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8, unit: 'grapheme' }) },
);

const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...pool.flatMap(({ choices }) => (choices ?? []).map(String))) },
  fc.constantFrom('true', 'no', 'null', '~', '', '1e-4', '-1', '0x1F', '1_000', '.inf', '08', '2024-01-01'),
  fc.constantFrom("'a'", '"\\u4e2d"', '"\\x"', '{"a": 1}', '\'{"a": [1, null]}\'', '*a', '&a 1', '!!int x'),
  fc.constantFrom(
    'zero3',
    'grpo',
    'full',
    'lora',
    'bnb',
    './nowhere',
    'a/b#5',
    'hf::a/b:c#x',
    '\u4e2d\u6587',
  ),
  fc.constantFrom('|\n  one\n  two', '>-\n  folded', '[a, b', '{a: 1', '[[[]]]', '- - x', '# only a comment'),
  fc.integer().map(String),
  fc.double().map(String),
  fc.string({ maxLength: 12, unit: 'grapheme' }),
);

const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.array(scalar, { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
  fc.array(scalar, { maxLength: 4 }).map((items) => items.map((item) => `\n  - ${item}`).join('')),
  fc
    .array(fc.tuple(key, scalar), { maxLength: 3 })
    .map((entries) => entries.map(([name, item]) => `\n  ${name}: ${item}`).join('')),
);

const line = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(key, value).map(([name, item]) => `${name}: ${item}`) },
  fc.constantFrom(
    '',
    '# tunewright: ignore unknown-key',
    '---',
    '...',
    '\t',
    '- item',
    '%YAML 1.1',
    '\uFEFF',
  ),
);

const yaml = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, end]) => lines.join('\n').replaceAll('\n', end));

const json = fc.oneof(
  fc
    .dictionary(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 8 })
    .map((object) => JSON.stringify(object, null, 1)),
  fc.json({ maxDepth: 3 }),
);

/** A text after an edit that cuts, doubles or puts in a character, as typing does. */
const edited = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: yaml }, json),
    fc.array(
      fc.tuple(
        fc.nat({ max: 400 }),
        fc.constantFrom('cut', ':', ' ', '\n', '"', '{', '[', '-', '#', '\u0000'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((result, [at, edit]) => {
      const place = Math.min(at, result.length);
      return edit === 'cut' ? result.slice(0, place) : result.slice(0, place) + edit + result.slice(place);
    }, text),
  );

export interface FuzzCase {
  readonly text: string;
  readonly task: Task;
  readonly format: 'yaml' | 'json';
  /** Where the cursor is, as a share of the text. */
  readonly at: number;
}

export const fuzzCases: fc.Arbitrary<FuzzCase> = fc.record({
  text: edited,
  task: fc.constantFrom(...Task.options),
  format: fc.constantFrom('yaml', 'yaml', 'yaml', 'json'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Reads, judges, mends and completes a text, and throws where anything fails or a place lies outside the text. */
export function tryCase({ text, task, format, at }: FuzzCase): void {
  const context = contextOf(text, { task, format });
  const failed: unknown[] = [];
  const findings = runRules(context, (rule, error) => failed.push(`${rule.id}: ${String(error)}`));
  for (const finding of findings) {
    check(text, finding.range, finding.id);
    for (const fix of [...(finding.fixes ?? []), ...ignoreFixes(context.document, finding)]) {
      for (const { range } of fix.edits) check(text, range, `${finding.id}: ${fix.title}`);
      // What a fix makes can be read again.
      contextOf(applyFixes(text, [fix]), { task, format });
    }
  }
  const offset = Math.round(at * text.length);
  placeAt(context.document, offset);
  const cursor = cursorAt(text, offset);
  if (cursor) {
    check(text, cursor.range, 'the cursor');
    const shape = 'root' in context.subject ? shapeAt(context.subject.root, cursor.path) : undefined;
    const { document, lookup, files } = context;
    const name = String(cursor.path.findLast((step) => typeof step === 'string') ?? '');
    const request = { path: cursor.path, key: name, lookup, document, files, prefix: cursor.prefix };
    if (shape)
      suggestValues({ ...request, shape }, (provider, error) =>
        failed.push(`${provider.id}: ${String(error)}`),
      );
  }
  if (failed.length > 0) throw new Error(failed.join('\n'));
}

function check(text: string, { start, end }: TextRange, what: string): void {
  // An empty text has one place, and a finding on it may be a character wide.
  const isInside = start >= 0 && start <= end && end <= Math.max(1, text.length);
  if (!isInside) throw new Error(`${what} stands at ${start} to ${end} of ${text.length} characters`);
}
