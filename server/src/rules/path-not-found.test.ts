import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { LocalFiles } from '../files/local-files.ts';
import { checkRule } from './check-rule.ts';
import { pathNotFound } from './path-not-found.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'paths-'));
  mkdirSync(join(folder, 'data'));
  mkdirSync(join(folder, 'model'));
  writeFileSync(join(folder, 'data', 'train.jsonl'), '{}\n');
  writeFileSync(join(folder, 'data', 'odd#5'), '{}\n');
});

afterAll(() => rmSync(folder, { recursive: true }));

function check(text: string): void {
  checkRule(pathNotFound, text, undefined, { files: new LocalFiles(folder) });
}

test('what is missing is marked, each in its own line', () => {
  check(`
model: ./modle             # want "There is no ./modle below"
dataset:
  - data/train.jsonl
  - data/trian.jsonl#500   # want "the engine would look for it on a hub"
  - /nowhere/at/all.json   # want "There is no /nowhere/at/all.json"
val_dataset: data/val.csv  # want "There is no data/val.csv below"
deepspeed: ds/zero.json    # want "There is no ds/zero.json"
external_plugins: [plugin.py] # want "There is no plugin.py"
resume_from_checkpoint: out/checkpoint-5 # want "There is no out/checkpoint-5"
`);
});

test('ids of a hub, presets, JSON and what exists are left alone', () => {
  check(`
model: Qwen/Qwen2.5-7B-Instruct
adapters: name=model
dataset: ['AI-ModelScope/alpaca-gpt4-data-en#500', 'hf::some/data.json', data/train.jsonl#3, 'data/odd#5', alpaca]
deepspeed: zero2
custom_dataset_info: '{"a": 1}'
system: null
`);
});

test('a new config that lies nowhere is not judged', () => {
  checkRule(pathNotFound, 'model: ./nowhere\n');
});
