/** What the server says beside, below and about the places of a config, as a program to an editor. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  type CodeAction,
  CompletionItemKind,
  type DocumentLink,
  type FoldingRange,
  type InlayHint,
  type Location,
  type SelectionRange,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { DEADLINE_MS, Editor, PULLING } from '../../../test/harness/source-server.ts';

vi.setConfig({ testTimeout: 3 * DEADLINE_MS });

const editor = new Editor();
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'places-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'train.jsonl'), '{"a": 1}\n\n'.repeat(1_000));
  writeFileSync(join(folder, 'data', 'more.csv'), 'query,response\n"two\nlines",b\nc,d\n');
  writeFileSync(join(folder, 'zero.json'), '{}');
  await editor.start(PULLING);
});

afterAll(() => {
  if (editor.child.exitCode === null) editor.child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function open(name: string, text: string): Promise<string> {
  const uri = pathToFileURL(join(folder, name)).href;
  await editor.open(uri, text);
  return uri;
}

async function hintsOf(name: string, text: string): Promise<readonly (readonly [string, string])[]> {
  const uri = await open(name, text);
  const lines = text.split('\n');
  const hints = await editor.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } },
  });
  return hints.map(({ position, label }) => [
    lines[position.line]?.slice(0, position.character) ?? '',
    String(label),
  ]);
}

test('the effective batch size, rows and steps of an epoch stand beside their values', async () => {
  const text = `dataset:
  - data/train.jsonl
  - data/more.csv
per_device_train_batch_size: 4 # each
gradient_accumulation_steps: 8
learning_rate: 0.00001
weight_decay: 0.1
adam_epsilon: 1e-8
ENV:
  NPROC_PER_NODE: 2
`;
  expect(await hintsOf('full.sft.yaml', text)).toEqual([
    ['learning_rate: 0.00001', '= 1e-5'],
    ['adam_epsilon: 1e-8', '= 0.00000001'],
    ['per_device_train_batch_size: 4', 'effective batch 64 (4 × 8 × 2)'],
    ['dataset:', '1,002 rows · 16 steps an epoch'],
  ]);
});

test('what the engine chooses by itself is counted as it chooses', async () => {
  const batch = 'per_device_train_batch_size: 2\n';
  expect(await hintsOf('a.sft.yaml', batch)).toEqual([[batch.trim(), 'effective batch 16 (2 × 8 × 1)']]);
  expect(await hintsOf('b.rlhf.yaml', `rlhf_type: grpo\n${batch}`)).toEqual([
    [batch.trim(), 'effective batch 2 (2 × 1 × 1)'],
  ]);
  const split = "dataset: ['data/train.jsonl#500']\nsplit_dataset_ratio: 0.1\n";
  expect(await hintsOf('c.sft.yaml', split)).toEqual([
    ["dataset: ['data/train.jsonl#500']", '500 rows · 29 steps an epoch'],
  ]);
});

test('what is not known gets no hint', async () => {
  const hub = 'dataset: [data/train.jsonl, some/where]\nper_device_train_batch_size: 0\n';
  expect(await hintsOf('d.sft.yaml', hub)).toEqual([]);
  const strategy = 'parallel_strategy: zero2\nper_device_train_batch_size: 4\n';
  expect(await hintsOf('e.sft.yaml', strategy)).toEqual([]);
});

test('files, folders and checkpoints are offered where they fit', async () => {
  const checkpoint = join(
    folder,
    '.tunewright',
    'runs',
    'first-1',
    'attempts',
    '1',
    'output',
    'checkpoint-20',
  );
  mkdirSync(checkpoint, { recursive: true });
  mkdirSync(join(folder, 'output', 'tiny', 'v0-1', 'checkpoint-5'), { recursive: true });
  writeFileSync(join(folder, 'plugin.py'), '');
  const offered = async (text: string): Promise<readonly string[]> => {
    const uri = await open(`${String(text.length)}-${text.slice(0, 4)}.sft.yaml`, text);
    return (await editor.complete(uri, 0, text.length)).map(({ label }) => label);
  };
  expect(await offered('dataset: da')).toContain('data/');
  expect((await offered('dataset: [data/')).slice(0, 2)).toEqual(['data/more.csv', 'data/train.jsonl']);
  expect(await offered('deepspeed: ')).toEqual(expect.arrayContaining(['zero2', 'zero.json']));
  expect(await offered('external_plugins: plug')).toEqual(['plugin.py']);
  expect((await offered('resume_from_checkpoint: ')).slice(0, 2)).toEqual([
    '.tunewright/runs/first-1/attempts/1/output/checkpoint-20',
    'output/tiny/v0-1/checkpoint-5',
  ]);
});

test('files and pages of hubs can be opened from their names', async () => {
  const text = `model: Qwen/Qwen2.5-7B-Instruct
dataset:
  - data/train.jsonl#5
  - hf::tatsu-lab/alpaca
deepspeed: zero.json
adapters: out/none
`;
  const uri = await open('links.sft.yaml', text);
  const links = await editor.connection.sendRequest<DocumentLink[]>('textDocument/documentLink', {
    textDocument: { uri },
  });
  const file = (name: string) => pathToFileURL(join(folder, name)).href;
  expect(links.map(({ range, target }) => [range.start.line, target])).toEqual([
    [0, 'https://modelscope.cn/models/Qwen/Qwen2.5-7B-Instruct'],
    [2, file('data/train.jsonl')],
    [3, 'https://huggingface.co/datasets/tatsu-lab/alpaca'],
    [4, file('zero.json')],
  ]);
  const definition = await editor.connection.sendRequest<Location>('textDocument/definition', {
    textDocument: { uri },
    position: { line: 4, character: 14 },
  });
  expect(definition.uri).toBe(file('zero.json'));
});

test('an empty config is offered the least that runs, where the editor can fill it in', async () => {
  const filling = new Editor();
  try {
    await filling.start({
      textDocument: { diagnostic: {}, completion: { completionItem: { snippetSupport: true } } },
    });
    const uri = pathToFileURL(join(folder, 'new.sft.yaml')).href;
    await filling.open(uri, '');
    const items = (await filling.complete(uri, 0, 0)).filter(
      ({ kind }) => kind === CompletionItemKind.Snippet,
    );
    expect(items.map(({ label }) => label)).toEqual(['sft: LoRA', 'sft: QLoRA', 'sft: full tuning']);
    expect(items[0]?.textEdit?.newText).toMatch(/^model: \$\{1:/);
  } finally {
    filling.child.kill('SIGKILL');
  }
});

test('all that has a likely repair is repaired at once, and short names are written in full', async () => {
  const text = 'model: a/b\ndataset: c/d\nlora_ran: 5.0\ntrian_type: full\nmax_step: 3\n';
  const uri = await open('repair.sft.yaml', text);
  const changed = async (only: string): Promise<string> => {
    const [action] = await editor.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics: [], only: [only] },
    });
    const edits = action?.edit?.changes?.[uri] ?? [];
    return TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 0, text), edits);
  };
  const whole = 'model: a/b\ndataset: c/d\nlora_rank: 5\ntuner_type: full\nmax_steps: 3\n';
  expect(await changed('source.fixAll')).toBe(whole);
  expect(await changed('refactor')).toBe(whole.replace('5\ntuner', '5.0\ntrian'));
});

test('a command that was pasted becomes a config', async () => {
  const uri = await open('pasted.sft.yaml', 'swift sft \\\n  --model a/b \\\n  --dataset c/d#5 \\\n');
  const [action] = await editor.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    context: { diagnostics: [], only: ['refactor'] },
  });
  expect(action?.edit?.changes?.[uri]?.[0]?.newText).toBe(
    '# tunewright: sft\nmodel: a/b\ndataset:\n  - c/d#5\n',
  );
});

test('blocks and comments fold, and a selection grows from a word to the whole', async () => {
  const text = `# one
# two
dataset:
  - a/b
  - c/d
tunewright:
  health:
    on_alert: stop
`;
  const uri = await open('ranges.sft.yaml', text);
  const folds = await editor.connection.sendRequest<FoldingRange[]>('textDocument/foldingRange', {
    textDocument: { uri },
  });
  expect(folds.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
    [2, 4],
    [5, 7],
    [6, 7],
    [0, 1],
  ]);
  const [selection] = await editor.connection.sendRequest<SelectionRange[]>('textDocument/selectionRange', {
    textDocument: { uri },
    positions: [{ line: 7, character: 16 }],
  });
  const grown: string[] = [];
  for (let step: SelectionRange | undefined = selection; step; step = step.parent) {
    const lines = text.split('\n').slice(step.range.start.line, step.range.end.line + 1);
    grown.push(lines.join('\n').slice(step.range.start.character).split('\n')[0] ?? '');
  }
  expect(grown).toEqual(['stop', 'on_alert: stop', 'health:', 'tunewright:', 'dataset:', '# one']);
});
