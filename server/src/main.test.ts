/** The server as a program: started from its sources, spoken to over its standard streams as any editor would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import {
  type CodeAction,
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type Hover,
  type InitializeResult,
  InsertTextMode,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { readSchemaFile } from './schema/store.ts';

const DEADLINE_MS = 20_000;
vi.setConfig({ testTimeout: 3 * DEADLINE_MS });
const PULLING = { textDocument: { diagnostic: {} } };

class Editor {
  readonly child: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly statuses: unknown[] = [];
  readonly published: PublishDiagnosticsParams[] = [];
  #heard: (() => void)[] = [];

  constructor() {
    this.child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdin, stdout } = this.child;
    if (!stdin || !stdout) throw new Error('The server has no standard streams.');
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification('tunewright/schemaStatus', (status) => this.#hear(this.statuses, status));
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) =>
      this.#hear(this.published, params),
    );
    this.connection.listen();
  }

  #hear<T>(list: T[], item: T): void {
    list.push(item);
    for (const listener of this.#heard.splice(0)) listener();
  }

  async start(capabilities: object, initializationOptions?: object): Promise<InitializeResult> {
    const params = { processId: process.pid, rootUri: null, capabilities, initializationOptions };
    const result = await this.connection.sendRequest<InitializeResult>('initialize', params);
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  open(uri: string, text: string, languageId = 'tunewright'): Promise<void> {
    return this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.kind === 'full' ? report.items : [];
  }

  async complete(uri: string, line: number, character: number): Promise<CompletionItem[]> {
    const params = { textDocument: { uri }, position: { line, character } };
    const list = await this.connection.sendRequest<CompletionList>('textDocument/completion', params);
    return list.items;
  }

  /** Waits until something that the server said satisfies a condition. */
  async until(isThere: () => boolean): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!isThere()) {
      if (Date.now() > deadline) throw new Error('The server did not say what was waited for.');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, DEADLINE_MS);
        this.#heard.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await ended;
    this.connection.dispose();
    return code;
  }
}

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
        text: 'max_steps: 10\n',
      },
    ],
  });
  const found = await editor.diagnostics(uri);
  expect(found.map(({ code, message, severity }) => [code, message, severity])).toEqual([
    ['unknown-key', 'trian_type is no argument of sft. Did you mean tuner_type?', 1],
  ]);
  const actions = await editor.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: found[0]?.range,
    context: { diagnostics: found },
  });
  expect(actions.map(({ title, isPreferred }) => [title, isPreferred])).toEqual([
    ['Change to tuner_type', true],
    ['Remove trian_type', false],
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
  expect(symbols).toMatchObject([{ name: 'model' }, { name: 'trian_type' }, { name: 'max_steps' }]);
  expect(await editor.stop()).toBe(0);
});

test('an editor that does not ask is told, and the schema of the installed engine takes over', async () => {
  const editor = newEditor();
  await editor.start({});
  const uri = 'file:///work/first.sft.yaml';
  await editor.open(uri, 'brand_new_argument: 1\n');
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

/** A text with `|` where the cursor is, and what must be among the first suggestions: `label -> text put in`. */
const COMPLETIONS: readonly (readonly [file: string, marked: string, ...wanted: string[]])[] = [
  ['a.sft.yaml', '|', 'model -> model: ', 'dataset -> dataset: ', 'tuner_type -> tuner_type: '],
  ['a.yaml', '# tunewright: |\nmodel: a', 'sft -> sft', 'megatron-rlhf -> megatron-rlhf'],
  ['a.sft.yaml', 'tunew|', 'tunewright -> tunewright:\n  '],
  ['a.sft.yaml', 'tunewright:\n  |', 'health -> health:\n    ', 'name -> name: '],
  ['a.sft.yaml', 'tunewright:\n  health:\n    stop_on: [|]', 'nan -> nan', 'spike -> spike'],
  ['a.sft.yaml', 'lora_|: 8', 'lora_rank -> lora_rank', 'lora_alpha -> lora_alpha'],
  ['a.sft.yaml', 'parallel_strategy:|', 'ddp ->  ddp', 'zero2 ->  zero2'],
  ['a.sft.yaml', 'eval_strategy: |', "no -> 'no'", 'steps -> steps'],
  ['a.sft.yaml', 'tuner_type: lo|', 'lora -> lora'],
  ['a.sft.yaml', 'model: Qwen/Qwen2.5-7B-Ins|', 'Qwen/Qwen2.5-7B-Instruct -> Qwen/Qwen2.5-7B-Instruct'],
  ['a.sft.yaml', 'template: "qwen2_|"', 'qwen2_5 -> qwen2_5'],
  ['a.sft.yaml', 'model_type: qwen2|', 'qwen2 -> qwen2'],
  ['a.sft.yaml', 'dataset:\n  - hf::TIGER|', 'hf::TIGER-Lab/MathInstruct -> hf::TIGER-Lab/MathInstruct'],
  ['a.sft.yaml', 'dataset:\n  - hf::|', 'hf::allenai/c4 -> hf::allenai/c4'],
  ['a.sft.yaml', 'dataset: [hf::|]', 'hf::allenai/c4 -> hf::allenai/c4'],
  [
    'a.sft.yaml',
    'dataset:\n  - swift/self-cognition:|',
    'swift/self-cognition:qwen3 -> swift/self-cognition:qwen3',
  ],
  ['a.sft.yaml', 'dataset:\n  - self-cog|', 'self-cognition -> self-cognition'],
  ['a.sft.yaml', 'target_modules:\n  |', 'all-linear -> - all-linear'],
  ['a.sft.yaml', 'target_modules:\n  - q_proj\n  |', 'all-linear -> - all-linear'],
  ['a.sft.yaml', 'tuner_type:\n  |', 'lora -> lora'],
  ['a.sft.yaml', 'lora_rank: |', '8 -> 8'],
  ['a.sft.yaml', 'ENV:\n  NPROC|', 'NPROC_PER_NODE -> NPROC_PER_NODE: '],
  ['a.rlhf.yaml', 'rlhf_type: |', 'dpo -> dpo', 'grpo -> grpo'],
  ['a.eval.yaml', '# tunewright: eval\neval_dataset: [gsm|]', 'gsm8k -> gsm8k'],
  ['a.megatron-sft.yaml', 'micro|', 'micro_batch_size -> micro_batch_size: '],
  ['a.sft.json', '{"packing": |}', 'true -> true', 'false -> false'],
  ['a.sft.json', '{|}', 'model -> "model": '],
  ['a.sft.json', '{"tuner_type": |}', 'lora -> "lora"'],
  [
    '.tunewright/targets.yaml',
    'targets:\n  a:\n    |',
    'executor -> executor: ',
    'resources -> resources:\n      ',
  ],
  ['.tunewright/targets.yaml', 'default: |\ntargets:\n  big: {}\n', 'big -> big'],
  ['.tunewright/targets.yaml', 'targets:\n  a:\n    executor: |', 'slurm -> slurm'],
];

test('what is suggested, and what a suggestion puts in', async () => {
  const editor = newEditor();
  await editor.start(PULLING);
  for (const [index, [file, marked, ...wanted]] of COMPLETIONS.entries()) {
    const before = marked.slice(0, marked.indexOf('|')).split('\n');
    const uri = `file:///w${index}/${file}`;
    await editor.open(uri, marked.replace('|', ''));
    const items = await editor.complete(uri, before.length - 1, before.at(-1)?.length ?? 0);
    const sorted = items.toSorted((a, b) => (a.sortText ?? a.label).localeCompare(b.sortText ?? b.label));
    const offered = sorted.map(({ label, textEdit }) => `${label} -> ${textEdit?.newText ?? ''}`);
    expect({ marked, offered }).toEqual({ marked, offered: expect.arrayContaining(wanted) });
    // A line break is put in with its indentation, which an editor must not add to.
    for (const { textEdit, insertTextMode } of items) {
      if (textEdit?.newText.includes('\n')) expect(insertTextMode).toBe(InsertTextMode.asIs);
    }
  }
  await editor.open('file:///w/whole.sft.yaml', 'tuner_type: lora\n  ');
  expect(await editor.complete('file:///w/whole.sft.yaml', 1, 2)).toEqual([]);
  expect(await editor.stop()).toBe(0);
});

/** A text with `|` where the mouse is, and what the hover must say. */
const HOVERS: readonly (readonly [file: string, marked: string, ...wanted: string[]])[] = [
  ['a.sft.yaml', 'pack|ing: true', '**packing**: true or false', 'Default: `false`'],
  ['a.sft.yaml', 'torch_dt|ype: float32', 'Choices: `bfloat16`, `float16`, `float32`'],
  ['a.sft.yaml', 'tunewright:\n  health:\n    stop_|on: [nan]', 'Alarms that stop the run by themselves.'],
  ['a.sft.yaml', 'parallel_|strategy: ddp', 'A key of Tunewright', '`zero3-offload`'],
  ['a.sft.yaml', 'EN|V:\n  A: 1', 'Environment variables for the run'],
  ['a.sft.yaml', 'model: Qwen/Qwen2.5|-7B-Instruct', 'Model type: `qwen2`'],
  ['a.sft.yaml', 'run_name: 0|10', 'The engine gets the text `8`.'],
  [
    '.tunewright/targets.yaml',
    'targets:\n  a:\n    exec|utor: local',
    'How the host starts a run.',
    '`slurm`',
  ],
];

test('what hovering says', async () => {
  const editor = newEditor();
  await editor.start(PULLING);
  for (const [index, [file, marked, ...wanted]] of HOVERS.entries()) {
    const before = marked.slice(0, marked.indexOf('|')).split('\n');
    const uri = `file:///w${index}/${file}`;
    await editor.open(uri, marked.replace('|', ''));
    const hover = await editor.connection.sendRequest<Hover | null>('textDocument/hover', {
      textDocument: { uri },
      position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
    });
    for (const words of wanted) {
      expect(hover?.contents).toMatchObject({ value: expect.stringContaining(words) });
    }
  }
  await editor.open('file:///w/plain.sft.yaml', 'learning_rate: 1e-4\n');
  const params = { textDocument: { uri: 'file:///w/plain.sft.yaml' }, position: { line: 0, character: 17 } };
  expect(await editor.connection.sendRequest('textDocument/hover', params)).toBeNull();
  expect(await editor.stop()).toBe(0);
});
