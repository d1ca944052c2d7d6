import { expect, test, vi } from 'vitest';
import { binaryFile } from './binary-file.ts';
import { applyFixes, checkRule, contextOf } from './check-rule.ts';
import { emptyFile } from './empty-file.ts';
import { RULES, runRules } from './index.ts';
import { largeFile } from './large-file.ts';
import { notAMapping } from './not-a-mapping.ts';
import type { RuleContext } from './rule.ts';
import { yamlSyntax } from './yaml-syntax.ts';

// Only a protection against a hang: each of these takes a second or two.
const DEADLINE_MS = 20_000;
vi.setConfig({ testTimeout: 3 * DEADLINE_MS });

function ids(context: RuleContext): string[] {
  return runRules(context, (rule, error) => {
    throw new Error(`${rule.id} failed`, { cause: error });
  }).map((finding) => finding.id);
}

test('tabs are named and replaced', () => {
  checkRule(
    yamlSyntax,
    'model:\ta/b # want "A tab stands" fix="Replace tabs by spaces"\nENV:\n  A: 1\n',
    'model:  a/b\nENV:\n  A: 1\n',
  );
  checkRule(
    yamlSyntax,
    'ENV:\n\tA: 1 # want "A tab stands" fix="Replace tabs by spaces"\n',
    'ENV:\n  A: 1\n',
  );
});

test('a missing space after the colon is named and set', () => {
  checkRule(
    notAMapping,
    'max_steps:100 # want "a mapping of keys to values" fix="Put a space after the colon"',
    'max_steps: 100',
  );
  checkRule(
    yamlSyntax,
    'model: a/b\nmax_steps:100 # want "missing" fix="Put a space after the colon"\nseed: 1\n',
    'model: a/b\nmax_steps: 100\nseed: 1\n',
  );
});

test('other broken YAML is told in one sentence at its place', () => {
  checkRule(yamlSyntax, 'system: You are: helpful # want "A second"');
  checkRule(
    yamlSyntax,
    'dataset: [a, b # want "] is missing" fix="Put ] at the end"\nmodel: x\n',
    'dataset: [a, b]\nmodel: x\n',
  );
  checkRule(yamlSyntax, 'model: "a # want "is not closed"\nmax_steps: 1\n'.replace('"a', "'a"));
  checkRule(yamlSyntax, 'system: @x # want "cannot begin with"');
  checkRule(yamlSyntax, 'a: *nowhere # want "The alias nowhere has no anchor"');
  checkRule(yamlSyntax, 'a: = # want "A lone" fix="Put = in quotes"', "a: '='");
  checkRule(yamlSyntax, 'a: 1\n--- # want "A second document"\nb: 2\n');
  checkRule(yamlSyntax, 'a: 1\n...\nb: 2 # want "A second document"\n');
  checkRule(yamlSyntax, 'a: 2024-13-01 # want "looks like a number or a date"');
});

test('a value that YAML misreads is put in quotes', () => {
  const fix = 'fix="Put ';
  checkRule(yamlSyntax, `system: @x # want "cannot begin with" ${fix}@x"`, "system: '@x'");
  checkRule(yamlSyntax, `system: Note: it's # want "A second" ${fix}Note"`, "system: 'Note: it''s'");
  checkRule(yamlSyntax, `system: {{query}} # want "cannot be a key" ${fix}{{query}}"`, "system: '{{query}}'");
  checkRule(
    yamlSyntax,
    'model: "C:\\models\\x" # want "Use single quotes" fix="Change to"',
    "model: 'C:\\models\\x'",
  );
});

test('a line that is indented wrongly is told once, where it stands, and moved', () => {
  const wanted = '# want "not indented" fix="Indent like the line above"';
  checkRule(yamlSyntax, `model: m\n  seed: 1 ${wanted}\n`, 'model: m\nseed: 1\n');
  checkRule(yamlSyntax, `ENV:\n  A: 1\n B: 2 ${wanted}\n`, 'ENV:\n  A: 1\n  B: 2\n');
  checkRule(yamlSyntax, `dataset:\n  - a\n - b ${wanted}\n`, 'dataset:\n  - a\n  - b\n');
});

test('a list without spaces behind its dashes', () => {
  const text = 'dataset:\n-a\n-b\nseed: 1\n';
  const [finding, ...others] = yamlSyntax.check(contextOf(text));
  expect([finding?.message, others]).toEqual(['A space is missing after the dash.', []]);
  expect(applyFixes(text, finding?.fixes ?? [])).toBe('dataset:\n- a\n- b\nseed: 1\n');
});

test('a text that is no mapping', () => {
  checkRule(notAMapping, '- a # want "this is a list"\n- b\n');
  checkRule(notAMapping, 'hello # want "this is a single value"\n');
});

test('the keys around a broken line are still judged', () => {
  const context = contextOf('lerning_rate: 1\nsystem: @x\nlora_rnak: 8\n');
  expect(ids(context).sort()).toEqual(['unknown-key', 'unknown-key', 'yaml-syntax']);
});

test('empty and binary files get one finding', () => {
  expect(ids(contextOf(''))).toEqual(['empty-file']);
  expect(ids(contextOf('# only a comment\n\n'))).toEqual(['empty-file']);
  expect(ids(contextOf('\u0000\u0001PNG\uFFFD\uFFFD'.repeat(10)))).toEqual(['binary-file']);
  checkRule(emptyFile, 'model: a');
  checkRule(binaryFile, 'model: a');
});

test('above a megabyte only the keys are looked at, and quickly', () => {
  const line = 'data_key: some value that fills the file up to its size\n';
  for (const megabytes of [1.1, 10]) {
    const filler = line.repeat(Math.ceil((megabytes * 1_000_000) / line.length));
    const startMs = performance.now();
    const found = ids(contextOf(`model: a/b\nmax_steps: many\nlerning_rate: 1\n${filler}`));
    expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS);
    expect(new Set(found)).toEqual(new Set(['large-file', 'unknown-key', 'duplicate-key']));
    expect(found.length).toBeLessThan(300);
  }
  checkRule(largeFile, 'model: a/b');
});

test('nesting without end and aliases that multiply are survived', () => {
  const startMs = performance.now();
  expect(ids(contextOf(`a: ${'['.repeat(100_000)}`))).toContain('yaml-syntax');
  expect(ids(contextOf(`{"a": ${'['.repeat(100_000)}`, { format: 'json' }))).toContain('yaml-syntax');
  const levels = Array.from({ length: 60 }, (_, level) =>
    level === 0 ? 'l0: &l0 {x: 1, x: 2}' : `l${level}: &l${level} {a: *l${level - 1}, b: *l${level - 1}}`,
  );
  expect(ids(contextOf(levels.join('\n')))).toContain('duplicate-key');
  expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS);
});

test('a rule that fails takes away only itself', () => {
  // Without the schema's look-up, the search for the tasks that know a key fails.
  const broken = {
    ...contextOf('model: a/b\ndataset: c\nqqqqwwww: 1\nmax_steps: many\n'),
    lookup: undefined,
  } as unknown as RuleContext;
  const failures: string[] = [];
  const findings = runRules(broken, (rule) => failures.push(rule.id));
  expect(findings.map((finding) => finding.id)).toEqual(['wrong-type']);
  expect(failures).toEqual(['unknown-key']);
  expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
});

test('a task that the schema lacks gets one finding, whatever the config holds', () => {
  expect(ids(contextOf('no_such: [1\n', { task: 'download' }))).toEqual(['task-not-in-schema']);
});

test('JSON is read as JSON', () => {
  const json = (text: string): string[] => ids(contextOf(text, { format: 'json' }));
  const GIVEN = '"model": "a/b", "dataset": ["c"]';
  expect(json(`{${GIVEN}, "max_steps": 10, "learning_rate": 1e-4, "load_args": true}`)).toEqual([]);
  expect(json('{"max_steps": 10,}')).toEqual(['yaml-syntax']);
  expect(json('{"max_steps": 10 "seed": 1}')).toEqual(['yaml-syntax']);
  expect(json(`{${GIVEN}, "max_steps": 1.5}`)).toEqual(['wrong-type']);
  expect(json('[1]')).toEqual(['not-a-mapping']);
});

test.each([
  ['{"seed": 1,}', 'no comma', '{"seed": 1}'],
  ['{"packing": True}', 'small letters', '{"packing": true}'],
  ['{"model": "C:\\models\\new"}', 'backslash', '{"model": "C:\\\\models\\\\new"}'],
  ["{'seed': 1}", 'double quotes only', undefined],
  ['{"seed": 1 // one\n}', 'no comments', undefined],
  ['{"seed": 1', '} is missing', undefined],
  ['{"model": "a\tb"}', 'U+0009', undefined],
])('a habit from elsewhere in JSON is named: %s', (text, message, fixed) => {
  const [finding, ...others] = yamlSyntax.check(contextOf(text, { format: 'json' }));
  expect([finding?.message, others]).toEqual([expect.stringContaining(message), []]);
  const [fix] = finding?.fixes ?? [];
  expect(fix && applyFixes(text, [fix])).toBe(fixed);
});
