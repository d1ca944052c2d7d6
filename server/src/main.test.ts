/** What the server says as a program to an editor. What it suggests and explains is in features/suggestions.test.ts. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { CodeAction, CompletionItem, Hover } from 'vscode-languageserver/node';
import { DEADLINE_MS, Editor, PULLING } from '../../test/harness/source-server.ts';
import { readSchemaFile } from './schema/store.ts';

vi.setConfig({ testTimeout: 3 * DEADLINE_MS });

const editors: Editor[] = [];

function newEditor(): Editor {
  const editor = new Editor();
  editors.push(editor);
  return editor;
}

afterEach(() => {
  for (const { child } of editors.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

test('a config is completed, explained, judged and mended', async () => {
  const editor = newEditor();
  const { capabilities } = await editor.start(PULLING);
  expect(capabilities).toMatchObject({ hoverProvider: true, textDocumentSync: 2 });
  await editor.until(() => editor.statuses.length > 0);
  expect(editor.statuses).toEqual([{ engineVersion: '4.6.0', isBundled: true }]);

  const uri = 'file:///work/first.sft.yaml';
  await editor.open(uri, 'model: Qwen/Qwen2.5-7B-Instruct\ntrian_type: full\npacking: \nmax_\n');

  const values = await editor.complete(uri, 2, 9);
  expect(values.map((item) => [item.label, item.detail])).toEqual([
    ['true', undefined],
    ['false', 'default'],
  ]);
  const keys = await editor.complete(uri, 3, 4);
  const maxSteps = keys.find((item) => item.label === 'max_steps');
  expect(maxSteps?.textEdit).toMatchObject({ newText: 'max_steps: ' });
  expect(keys.map((item) => item.label)).not.toContain('model');
  const resolved = await editor.connection.sendRequest<CompletionItem>('completionItem/resolve', maxSteps);
  expect(resolved.documentation).toMatchObject({ value: expect.stringContaining('a whole number') });

  await editor.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [
      {
        range: { start: { line: 2, character: 0 }, end: { line: 4, character: 0 } },
        text: 'max_steps: 10\ncached_dataset: rows\n',
      },
    ],
  });
  const found = await editor.diagnostics(uri);
  expect(found.map(({ code, message, severity }) => [code, message, severity])).toEqual([
    ['unknown-key', 'trian_type is no argument of sft. Did you mean tuner_type?', 1],
  ]);
  // The line of the page that explains the rule.
  const [page = '', line = ''] = (found[0]?.codeDescription?.href ?? '').split('#L');
  const explained = readFileSync(fileURLToPath(page), 'utf8').split('\n');
  expect(explained[Number(line) - 1]).toBe('## unknown-key');
  const actions = await editor.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: found[0]?.range,
    context: { diagnostics: found },
  });
  expect(actions.map(({ title, isPreferred }) => [title, isPreferred])).toEqual([
    ['Change to tuner_type', true],
    ['Remove trian_type', false],
    ['Ignore unknown-key on this line', undefined],
    ['Ignore unknown-key in this file', undefined],
  ]);
  expect(actions[0]?.edit?.changes?.[uri]).toEqual([{ range: found[0]?.range, newText: 'tuner_type' }]);

  const hover = await editor.connection.sendRequest<Hover>('textDocument/hover', {
    textDocument: { uri },
    position: { line: 2, character: 3 },
  });
  expect(hover.contents).toMatchObject({ value: expect.stringContaining('max_steps') });
  const symbols = await editor.connection.sendRequest('textDocument/documentSymbol', {
    textDocument: { uri },
  });
  expect(symbols).toMatchObject([
    { name: 'model' },
    { name: 'trian_type' },
    { name: 'max_steps' },
    { name: 'cached_dataset' },
  ]);
  expect(await editor.stop()).toBe(0);
});

test('an editor that does not ask is told, and the schema of the installed engine takes over', async () => {
  const editor = newEditor();
  await editor.start({});
  const uri = 'file:///work/first.sft.yaml';
  await editor.open(uri, 'brand_new_argument: 1\nmodel: a/b\ndataset: a/c\n');
  await editor.until(() => editor.published.length > 0);
  expect(editor.published.at(-1)?.diagnostics.map((found) => found.code)).toEqual(['unknown-key']);

  const schema = readSchemaFile(new URL('../schemas/engine-4.6.0.json', import.meta.url));
  const position = schema.pool.length;
  const live = {
    ...schema,
    engineVersion: '9.9.9',
    pool: [
      ...schema.pool,
      {
        name: 'brand_new_argument',
        types: ['integer'],
        isList: false,
        isNullable: false,
        declaredIn: 'SftArguments',
        documentation: 'Words of the engine.',
      },
    ],
    classes: { ...schema.classes, SftArguments: [...(schema.classes.SftArguments ?? []), position] },
  };
  await editor.connection.sendNotification('tunewright/schema', {
    schema: live,
    interpreter: '/env/bin/python',
  });
  await editor.until(() => editor.published.length > 1 && editor.statuses.length > 1);
  expect(editor.published.at(-1)?.diagnostics).toEqual([]);
  expect(editor.statuses.at(-1)).toEqual({
    engineVersion: '9.9.9',
    isBundled: false,
    interpreter: '/env/bin/python',
  });
  const hover = await editor.connection.sendRequest<Hover>('textDocument/hover', {
    textDocument: { uri },
    position: { line: 0, character: 3 },
  });
  expect(hover.contents).toMatchObject({ value: expect.stringContaining('Words of the engine.') });

  await editor.connection.sendNotification('tunewright/schema', { schema: null });
  await editor.until(() => editor.published.at(-1)?.diagnostics.length === 1);
  await editor.connection.sendNotification('tunewright/schema', { schema: 'nonsense' });
  expect(await editor.stop()).toBe(0);
});

test('a person decides how grave rules are, at the start and while the server runs', async () => {
  const editor = newEditor();
  await editor.start({}, { rules: { 'unknown-key': 'warning', 'no-such-rule': 'off', 'wrong-type': 7 } });
  const uri = 'file:///work/first.sft.yaml';
  await editor.open(uri, 'qqqqq: 1\nmodel: a/b\ndataset: a/c\n');
  await editor.until(() => editor.published.at(-1)?.diagnostics[0]?.severity === 2);
  await editor.connection.sendNotification('tunewright/rules', { rules: { 'unknown-key': 'off' } });
  await editor.until(() => editor.published.at(-1)?.diagnostics.length === 0);
  await editor.connection.sendNotification('tunewright/rules', { rules: {} });
  await editor.until(() => editor.published.at(-1)?.diagnostics[0]?.severity === 1);
  expect(await editor.stop()).toBe(0);
});

test("other people's YAML and JSON are left alone, and ours are served under any language", async () => {
  const editor = newEditor();
  await editor.start(PULLING);
  await editor.open('file:///w/x.eval.yaml', 'apiVersion: v1\nkind: Pod\nnonsense: {\n', 'yaml');
  expect(await editor.diagnostics('file:///w/x.eval.yaml')).toEqual([]);
  expect(await editor.complete('file:///w/x.eval.yaml', 0, 0)).toEqual([]);

  await editor.open('file:///w/y.yaml', '# tunewright: infer\nmodel: a\ncheck_model: true\n', 'yaml');
  expect((await editor.diagnostics('file:///w/y.yaml')).map((found) => found.code)).toEqual(['unknown-key']);
  await editor.open('file:///w/z.sft.json', '{"model": "a", "dataset": ["b"], "max_steps": "x"}', 'json');
  expect((await editor.diagnostics('file:///w/z.sft.json')).map((found) => found.code)).toEqual([
    'wrong-type',
  ]);
  await editor.open('file:///w/.tunewright/targets.yaml', 'targets:\n  a:\n    executor: slrum\n', 'yaml');
  const [finding] = await editor.diagnostics('file:///w/.tunewright/targets.yaml');
  expect(finding?.message).toContain('slrum is not one of local, slurm, ray');
  await editor.open('untitled:Untitled-1', 'model: a\n');
  expect((await editor.diagnostics('untitled:Untitled-1')).map((found) => found.code)).toEqual([
    'task-unknown',
  ]);
  await editor.open('file:///w/get.download.yaml', 'model: a\nuse_hf: [\n');
  expect((await editor.diagnostics('file:///w/get.download.yaml')).map((found) => found.code)).toEqual([
    'task-not-in-schema',
  ]);
  expect(await editor.stop()).toBe(0);
});

test('bad files of every kind are answered, and the server lives on', async () => {
  const editor = newEditor();
  await editor.start(PULLING);
  const bad: Record<string, [text: string, code: string]> = {
    'empty.sft.yaml': ['', 'empty-file'],
    'binary.sft.yaml': ['\u0000\u0001\u0002\uFFFD'.repeat(1000), 'binary-file'],
    'broken.sft.yaml': ['model: [a\ndataset: }\n', 'yaml-syntax'],
    'tabs.sft.yaml': ['model:\ta\n', 'yaml-syntax'],
    'list.sft.yaml': ['- a\n', 'not-a-mapping'],
    'large.sft.yaml': ['key: value of some length\n'.repeat(400_000), 'large-file'],
    'deep.sft.yaml': [`a: ${'{a: '.repeat(20_000)}`, 'yaml-syntax'],
  };
  for (const [name, [text, code]] of Object.entries(bad)) {
    const uri = `file:///w/${name}`;
    await editor.open(uri, text);
    const startMs = performance.now();
    expect((await editor.diagnostics(uri)).map((found) => found.code)).toContain(code);
    await editor.complete(uri, 0, 0);
    expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS);
    await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }
  expect(await editor.stop()).toBe(0);
});

test('texts arrive in the language of the editor, and completed keys go on to their values where it can', async () => {
  const editor = newEditor();
  const message = '{0} is no argument of {1}. Did you mean {2}?';
  await editor.start(PULLING, { l10nBundle: { [message]: '{1}:{0}:{2}' }, opensSuggestions: true });
  const uri = 'file:///w/a.sft.yaml';
  await editor.open(uri, 'lerning_rate: 1\n');
  expect((await editor.diagnostics(uri))[0]?.message).toBe('sft:lerning_rate:learning_rate');
  const [key] = await editor.complete(uri, 1, 0);
  expect(key?.command?.command).toBe('editor.action.triggerSuggest');
  expect(await editor.stop()).toBe(0);
});
