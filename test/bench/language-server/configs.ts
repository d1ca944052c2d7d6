/** The configs that the language servers are measured on: one as long as real ones get, one of 2,000 lines, and 500. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LONG_CONFIG } from '../config.ts';

const LINES = 2_000;
const DATA_FILES = 900;
const VALIDATION_FILES = 100;
const TARGET_MODULES = 500;
export const CONFIGS = 500;

/** `keyLines`: how many lines at the beginning are a key with its value. */
export interface MeasuredConfig {
  readonly text: string;
  readonly keyLines: number;
}

const KEY_LINES = LONG_CONFIG.split('\n').indexOf('dataset:');
const KEYS: MeasuredConfig = { text: LONG_CONFIG, keyLines: KEY_LINES };

export const MEASURED_CONFIGS = { keys60: KEYS, lines2000: longLists() };

/** What long lists there are in practice: files, modules, tokens. */
function longLists(): MeasuredConfig {
  // The list of one module would be there twice.
  const keys = LONG_CONFIG.split('\n')
    .slice(0, KEY_LINES)
    .filter((line) => !line.startsWith('target_modules:'));
  const lists = [
    ...listOf('dataset', DATA_FILES, dataFile),
    ...listOf('val_dataset', VALIDATION_FILES, dataFile),
    ...listOf('target_modules', TARGET_MODULES, (index) => `model.layers.${index}.self_attn.q_proj`),
  ];
  const tokens = LINES - keys.length - lists.length - 1;
  const lines = [...keys, ...lists, ...listOf('new_special_tokens', tokens, (index) => `<tag_${index}>`)];
  return { text: `${lines.join('\n')}\n`, keyLines: keys.length };
}

function listOf(key: string, length: number, item: (index: number) => string): readonly string[] {
  return [`${key}:`, ...Array.from({ length }, (_, index) => `  - ${item(index)}`)];
}

function dataFile(index: number): string {
  return `data/part-${String(index).padStart(5, '0')}.jsonl`;
}

/** A folder with the data that the configs name, so that no server has to complain of each file. */
export class MeasuredFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tunewright-servers-'));

  constructor() {
    mkdirSync(join(this.path, 'data'));
    const rows = '{"messages": [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"}]}\n';
    for (let index = 0; index < DATA_FILES; index += 1) writeFileSync(join(this.path, dataFile(index)), rows);
    writeFileSync(join(this.path, 'data', 'train.jsonl'), rows);
  }

  uri(name: string): string {
    return pathToFileURL(join(this.path, name)).href;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** One of many configs, each a little different. */
export function configOfMany(index: number): string {
  return LONG_CONFIG.replace(/^seed: .*$/m, `seed: ${index}`);
}
