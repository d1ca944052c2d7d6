// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config refers to the environment
/** The colors of a config: which scopes the words of a line get. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, expect, test } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';

const GRAMMAR = new URL('./tunewright.tmLanguage.json', import.meta.url);

let grammar: IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(GRAMMAR, 'utf8'), GRAMMAR.pathname),
  });
  const loaded = await registry.loadGrammar('source.tunewright');
  if (!loaded) throw new Error('The grammar was not loaded.');
  grammar = loaded;
});

/** Every word of a text with its innermost scope, without the grammar's suffix; blanks are left out. */
function words(text: string): string[] {
  let state = textmate.INITIAL;
  return text.split('\n').flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.flatMap((token) => {
      const word = line.slice(token.startIndex, token.endIndex).trim();
      const scope = (token.scopes.at(-1) ?? '').replace('.tunewright', '').replace('source', '-');
      return word === '' ? [] : [`${word} ${scope}`];
    });
  });
}

const COLON = ': punctuation.separator.key-value';

test('the first line may declare the task', () => {
  expect(words('# tunewright: sft\n# tunewright: sft')).toEqual([
    '# punctuation.definition.comment',
    'tunewright keyword.control.declaration',
    ': punctuation.separator.declaration',
    'sft entity.name.type.task',
    '# punctuation.definition.comment',
    'tunewright: sft comment.line.number-sign',
  ]);
});

test('keys, our own keys and values', () => {
  expect(words('model: Qwen/Qwen2.5-7B # small\nparallel_strategy: zero2\n"seed": 42')).toEqual([
    'model entity.name.tag',
    COLON,
    'Qwen/Qwen2.5-7B string.unquoted.plain',
    '# punctuation.definition.comment',
    'small comment.line.number-sign',
    'parallel_strategy keyword.control.own-key',
    COLON,
    'zero2 string.unquoted.plain',
    '"seed" entity.name.tag',
    COLON,
    '42 constant.numeric',
  ]);
});

test('the block of the experiment and the environment', () => {
  expect(
    words('tunewright:\n  name: first\n  # note\n  tags: [a]\nENV:\n  NPROC_PER_NODE: 2\nseed: 1'),
  ).toEqual([
    'tunewright keyword.control.own-key',
    COLON,
    'name keyword.control.own-key',
    COLON,
    'first string.unquoted.plain',
    '# punctuation.definition.comment',
    'note comment.line.number-sign',
    'tags keyword.control.own-key',
    COLON,
    '[ punctuation.definition.list.begin',
    'a string.unquoted.plain',
    '] punctuation.definition.list.end',
    'ENV keyword.other.environment',
    COLON,
    'NPROC_PER_NODE variable.other.environment',
    COLON,
    '2 constant.numeric',
    'seed entity.name.tag',
    COLON,
    '1 constant.numeric',
  ]);
});

test('numbers and the words that YAML 1.1 takes for truth values', () => {
  const scopes = (value: string): string => words(`k: ${value}`).slice(2).join(' | ');
  for (const number of ['5', '-1', '1e-5', '1.5', '.5', '1_000', '0x1F', '+1.5e+3', '.inf', '.nan']) {
    expect(scopes(number)).toBe(`${number} constant.numeric`);
  }
  for (const word of ['true', 'No', 'OFF', '~', 'null'])
    expect(scopes(word)).toBe(`${word} constant.language`);
  for (const text of ['trueish', '1.2.3', 'no way', 'v1', '5 apples']) {
    expect(scopes(text)).toBe(`${text} string.unquoted.plain`);
  }
});

test('variables stand out in every kind of text', () => {
  const variable = [
    '${ punctuation.definition.variable.begin',
    'env keyword.other.environment',
    ': punctuation.separator.variable',
    'HF_TOKEN variable.parameter.environment',
    '} punctuation.definition.variable.end',
  ];
  for (const value of [
    '${env:HF_TOKEN}',
    '"${env:HF_TOKEN}"',
    "'a ${env:HF_TOKEN}'",
    'a/${env:HF_TOKEN}/b',
  ]) {
    expect(words(`hub_token: ${value}`)).toEqual(expect.arrayContaining(variable));
  }
  expect(words('system: |\n  Say ${env:HF_TOKEN}.\nseed: 1')).toEqual(expect.arrayContaining(variable));
});

test('JSON inside a text', () => {
  expect(words(`deepspeed: '{"stage": 2, "on": true}' # x`)).toEqual([
    'deepspeed entity.name.tag',
    COLON,
    "' punctuation.definition.string.begin",
    '{ punctuation.json',
    '"stage" support.type.property-name.json',
    COLON,
    '2 constant.numeric.json',
    ', punctuation.json',
    '"on" support.type.property-name.json',
    COLON,
    'true constant.language.json',
    '} punctuation.json',
    "' punctuation.definition.string.end",
    '# punctuation.definition.comment',
    'x comment.line.number-sign',
  ]);
});

test('data sets with hub, subset and count', () => {
  const parts = [
    'hf keyword.other.hub',
    ':: punctuation.separator.hub',
    'org/name string.unquoted.data-set',
    ': punctuation.separator.subset',
    'sub entity.name.type.subset',
    '# punctuation.separator.count',
    '500 constant.numeric.count',
  ];
  expect(words('dataset: hf::org/name:sub#500').slice(2)).toEqual(parts);
  expect(words('dataset:\n  - hf::org/name:sub#500 # note').slice(3, 10)).toEqual(parts);
  expect(words('dataset: [hf::org/name:sub#500, b]').slice(3, 10)).toEqual(parts);
  expect(words("dataset: ['hf::org/name:sub#500']")).toEqual(expect.arrayContaining(parts.toSpliced(2, 1)));
  expect(words('dataset: data/train.jsonl#10').slice(2)).toEqual([
    'data/train.jsonl string.unquoted.data-set',
    '# punctuation.separator.count',
    '10 constant.numeric.count',
  ]);
});

test('blocks of text end where the indentation does', () => {
  expect(words('system: |-\n  You: are # no comment\n\n  kind\nseed: 1').slice(2)).toEqual([
    '|- keyword.control.block',
    'You: are # no comment string.unquoted.block',
    'kind string.unquoted.block',
    'seed entity.name.tag',
    COLON,
    '1 constant.numeric',
  ]);
});

test('quotes, anchors and brackets over several lines', () => {
  expect(words("a: 'it''s'\nb: &x {k: [1,\n  two]}\nc: *x")).toEqual([
    'a entity.name.tag',
    COLON,
    "' string.quoted.single",
    'it string.quoted.single',
    "'' constant.character.escape",
    's string.quoted.single',
    "' string.quoted.single",
    'b entity.name.tag',
    COLON,
    '&x entity.name.type.anchor',
    '{ punctuation.definition.mapping.begin',
    'k entity.name.tag',
    COLON,
    '[ punctuation.definition.list.begin',
    '1 constant.numeric',
    ', punctuation.separator.list',
    'two string.unquoted.plain',
    '] punctuation.definition.list.end',
    '} punctuation.definition.mapping.end',
    'c entity.name.tag',
    COLON,
    '*x variable.other.alias',
  ]);
});

test('the language configuration knows comments, brackets and where indentation grows', () => {
  const path = new URL('./language-configuration.json', import.meta.url);
  const configuration = JSON.parse(readFileSync(path, 'utf8'));
  expect(configuration.comments.lineComment).toBe('#');
  const increases = new RegExp(configuration.indentationRules.increaseIndentPattern);
  for (const line of ['ENV:', '  health:', 'dataset: # files', 'system: |', '- a:'])
    expect(line).toMatch(increases);
  for (const line of ['model: a', '# ENV:', 'dataset: [a]', '']) expect(line).not.toMatch(increases);
});
