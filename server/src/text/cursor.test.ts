import { expect, test } from 'vitest';
import { cursorAt } from './cursor.ts';

/** The context where `|` stands, in a short form. */
function at(marked: string): string {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const context = cursorAt(text, offset);
  if (!context) return 'nothing';
  const { on, path, prefix, range, quote, hasColon } = context;
  const word = text.slice(range.start, range.end);
  return [on, path.join('.'), `${quote}${prefix}~${word}`, ...(hasColon ? ['colon'] : [])].join(' ');
}

test('keys at the top level, whole or half typed, in any text around', () => {
  expect(at('|')).toBe('key  ~');
  expect(at('model: a\ntun|')).toBe('key  tun~tun');
  expect(at('model: a\nlora_|rank: 8\nx: 1')).toBe('key  lora_~lora_rank colon');
  expect(at('model: a\n|\nseed: 1')).toBe('key  ~');
  expect(at('system: @broken [\nmodel:x\ntun|')).toBe('key  tun~tun');
  expect(at('"tun|":')).toBe('key  "tun~tun colon');
});

test('values of keys', () => {
  expect(at('packing: |')).toBe('value packing ~');
  expect(at('model: Qwen/Qw|en2.5 # note')).toBe('value model Qwen/Qw~Qwen/Qwen2.5');
  expect(at('model: "Qwen/|"')).toBe('value model "Qwen/~Qwen/');
  expect(at('seed: 1\r\npacking: tr|\r\nx: 1')).toBe('value packing tr~tr');
  expect(at('system: You are [a|')).toBe('value system You are [a~You are [a');
});

test('nested keys and values', () => {
  expect(at('tunewright:\n  |')).toBe('key tunewright ~');
  expect(at('tunewright:\n  name: x\n  hea|')).toBe('key tunewright hea~hea');
  expect(at('tunewright:\n  health:\n    alerts: {nan: st|}')).toBe(
    'value tunewright.health.alerts.nan st~st',
  );
  expect(at('tunewright:\n  name: x\n|')).toBe('key  ~');
  expect(at('targets:\n  here:\n    executor: |\n  there: {}')).toBe('value targets.here.executor ~');
});

test('lists in lines and in brackets', () => {
  expect(at('dataset:\n  - a\n  - |')).toBe('value dataset.1 ~');
  expect(at('dataset:\n- a\n- b|')).toBe('value dataset.1 b~b');
  expect(at('dataset: [|]')).toBe('value dataset.0 ~');
  expect(at('dataset: [a, "b|", c]')).toBe('value dataset.1 "b~b');
  expect(at('dataset: [\n  a,\n  b|\n]')).toBe('value dataset.1 b~b');
  expect(at('dataset:\n  - a\nseed: |')).toBe('value seed ~');
});

test('braces and JSON', () => {
  expect(at('{"model": "a", "tun|"}')).toBe('key  "tun~tun');
  expect(at('{"model": "a",\n  "packing": |\n}')).toBe('value packing ~');
  expect(at('{"tunewright": {"tags": ["a", "|"]}}')).toBe('value tunewright.tags.1 "~');
  expect(at('ENV: {A: 1, NP|}')).toBe('key ENV NP~NP');
});

test('nothing is said inside comments and blocks of text', () => {
  expect(at('# mod|')).toBe('nothing');
  expect(at('model: a # no|')).toBe('nothing');
  expect(at('system: |-\n  You are he|'.replace('|-', '>-'))).toBe('nothing');
  expect(at('system: >\n  You are\nmod|')).toBe('key  mod~mod');
});
