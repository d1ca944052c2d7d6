import { expect, test } from 'vitest';
import { readConfig } from '../text/document.ts';
import { applyFixes, contextOf } from './check-rule.ts';
import { ignoreFixes } from './ignore-fixes.ts';
import { runRules } from './index.ts';
import type { NamedFinding } from './rule.ts';
import { severitiesOf } from './severities.ts';

/** What is left of the findings about one key, and every word about comments. */
function toldOf(text: string, settings: Readonly<Record<string, unknown>> = {}): readonly NamedFinding[] {
  const failures: unknown[] = [];
  const findings = runRules(
    contextOf(text, { task: 'deploy' }),
    (_rule, error) => failures.push(error),
    severitiesOf(settings),
  );
  expect(failures).toEqual([]);
  return findings.filter(({ id }) => ['unknown-key', 'wrong-type', 'unneeded-ignore'].includes(id));
}

function idsOf(text: string, settings: Readonly<Record<string, unknown>> = {}): readonly string[] {
  return toldOf(text, settings).map(({ id }) => id);
}

test.each([
  ['at the end of the line', 'model: a/b\nqqqqq: 1 # tunewright: ignore unknown-key\n'],
  ['with a reason', 'model: a/b\nqqqqq: 1 # why: # tunewright: ignore unknown-key since it is new\n'],
  ['on the line above', 'model: a/b\n# tunewright: ignore unknown-key\n\n# of a plugin\nqqqqq: 1\n'],
  ['at the top', '# tunewright: ignore unknown-key\n# a config\nmodel: a/b\nqqqqq: 1\nwwwww: 2\n'],
  ['after a byte order mark', '\uFEFF# tunewright: ignore unknown-key\nqqqqq: 1\n'],
  ['with Windows line ends', 'model: a/b\r\nqqqqq: 1 # tunewright: ignore unknown-key\r\n'],
  [
    'of two rules',
    'model: a/b\nport: [x] # tunewright: ignore unknown-key, wrong-type\n# tunewright: ignore wrong-type',
  ],
])('a comment %s silences a rule', (_place, text) => {
  expect(idsOf(text).filter((id) => id !== 'unneeded-ignore')).toEqual([]);
});

test('what is no comment, names another rule or stands elsewhere silences nothing', () => {
  expect(idsOf('model: "a # tunewright: ignore unknown-key"\nqqqqq: 1\n')).toEqual(['unknown-key']);
  expect(idsOf('system: |\n  x\n  # tunewright: ignore unknown-key\nqqqqq: 1\n')).toEqual(['unknown-key']);
  expect(idsOf('model: a/b\nqqqqq: 1 # tunewright: ignored unknown-key\n')).toEqual(['unknown-key']);
  expect(idsOf('model: a/b # tunewright: ignore unknown-key\nqqqqq: 1\n')).toEqual([
    'unknown-key',
    'unneeded-ignore',
  ]);
});

test.each([
  ['model: a/b # tunewright: ignore unknown-key\n', 'model: a/b\n'],
  ['model: a/b\n# tunewright: ignore unknown-key\nport: 80\n', 'model: a/b\nport: 80\n'],
  ['qqqqq: 1 # tunewright: ignore wrong-type, unknown-key\n', 'qqqqq: 1 # tunewright: ignore unknown-key\n'],
  ['qqqqq: 1 # tunewright: ignore unknown-key, no-such\n', 'qqqqq: 1 # tunewright: ignore unknown-key\n'],
])('a comment that nothing needs is faded, and taken out by its fix: %j', (text, fixed) => {
  const [idle, ...others] = toldOf(text);
  expect([others, idle?.id, idle?.severity, idle?.isUnused]).toEqual([
    [],
    'unneeded-ignore',
    'information',
    true,
  ]);
  expect(applyFixes(text, idle?.fixes ?? [])).toBe(fixed);
});

test('a comment without a rule is told what it lacks, and in a broken text none is judged', () => {
  expect(toldOf('model: a/b # tunewright: ignore\n')[0]?.message).toContain('Name the rules');
  expect(idsOf('model: a/b # tunewright: ignore unknown-key\nport: [\n')).toEqual([]);
});

test('a person decides how grave a rule is', () => {
  expect(toldOf('qqqqq: 1\n', { 'unknown-key': 'information' })[0]?.severity).toBe('information');
  expect(idsOf('qqqqq: 1\n', { 'unknown-key': 'off' })).toEqual([]);
  expect(idsOf('qqqqq: 1\n', { 'unknown-key': 'loud', 'no-such': 'off' })).toEqual(['unknown-key']);
  expect(idsOf('qqqqq: 1 # tunewright: ignore unknown-key\n', { 'unknown-key': 'off' })).toEqual([]);
  expect(idsOf('port: 1 # tunewright: ignore unknown-key\n', { 'unneeded-ignore': 'off' })).toEqual([]);
});

test.each([
  ['model: a/b\nqqqqq: 1\n', 'model: a/b\nqqqqq: 1 # tunewright: ignore unknown-key\n'],
  ['model: a/b\nqqqqq: 1 # note\n', 'model: a/b\nqqqqq: 1 # note # tunewright: ignore unknown-key\n'],
  ['model: a/b\nqqqqq: "x\n  y"\n', 'model: a/b\n# tunewright: ignore unknown-key\nqqqqq: "x\n  y"\n'],
  ['model: a/b\nqqqqq: |\n  x\n', 'model: a/b\n# tunewright: ignore unknown-key\nqqqqq: |\n  x\n'],
  [
    'model: a/b\nqqqqq: 1 # tunewright: ignore wrong-type\n',
    'model: a/b\nqqqqq: 1 # tunewright: ignore wrong-type, unknown-key\n',
  ],
])('the fix silences the rule on the line: %j', (text, fixed) => {
  const finding = toldOf(text).find(({ id }) => id === 'unknown-key');
  const fixes = finding ? ignoreFixes(readConfig(text, 'yaml'), finding) : [];
  expect(fixes[0]?.title).toContain('on this line');
  const silenced = applyFixes(text, fixes.slice(0, 1));
  expect(silenced).toBe(fixed);
  expect(idsOf(silenced)).not.toContain('unknown-key');
});

test.each([
  ['model: a/b\nqqqqq: 1\n', '# tunewright: ignore unknown-key\nmodel: a/b\nqqqqq: 1\n'],
  ['# tunewright: deploy\nqqqqq: 1\n', '# tunewright: deploy\n# tunewright: ignore unknown-key\nqqqqq: 1\n'],
  ['# tunewright: ignore wrong-type\nqqqqq: 1\n', '# tunewright: ignore wrong-type, unknown-key\nqqqqq: 1\n'],
])('the fix silences the rule in the file: %j', (text, fixed) => {
  const finding = toldOf(text).find(({ id }) => id === 'unknown-key');
  const fixes = finding ? ignoreFixes(readConfig(text, 'yaml'), finding) : [];
  const silenced = applyFixes(text, fixes.slice(-1));
  expect(silenced).toBe(fixed);
  expect(idsOf(silenced)).not.toContain('unknown-key');
});

test('a text of several lines takes no comment in its middle, and JSON none at all', () => {
  const text = 'qqqqq: "x\n  y"\n';
  const [finding] = toldOf(text);
  const titles = finding ? ignoreFixes(readConfig(text, 'yaml'), finding).map(({ title }) => title) : [];
  expect(titles).toEqual(['Ignore unknown-key in this file']);
  const json = contextOf('{"qqqqq": 1}', { format: 'json' });
  const [ofJson] = runRules(json, () => undefined);
  expect(ofJson && ignoreFixes(json.document, ofJson)).toEqual([]);
});
