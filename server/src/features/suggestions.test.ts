/** What the server suggests where the cursor is, and what it says where the mouse is. */
import { afterEach, expect, test, vi } from 'vitest';
import { type Hover, InsertTextMode } from 'vscode-languageserver/node';
import { DEADLINE_MS, Editor, PULLING } from '../../../test/harness/source-server.ts';

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

/** A text with `|` where the cursor is, and what must be among the first suggestions: `label -> text put in`. */
const COMPLETIONS: readonly (readonly [file: string, marked: string, ...wanted: string[]])[] = [
  ['a.sft.yaml', '|', 'model -> model: ', 'dataset -> dataset: ', 'tuner_type -> tuner_type: '],
  ['a.yaml', '# tunewright: |\nmodel: a', 'sft -> sft', 'megatron-rlhf -> megatron-rlhf'],
  ['a.sft.yaml', 'tunew|', 'tunewright -> tunewright:\n  '],
  ['a.sft.yaml', 'tunewright:\n  |', 'health -> health:\n    ', 'name -> name: '],
  ['a.sft.yaml', 'tunewright:\n  health:\n    on_alert: |', 'stop -> stop', 'resume -> resume'],
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
  ['a.sft.yaml', 'tunewright:\n  health:\n    on_al|ert: stop', 'What an alert does where'],
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
