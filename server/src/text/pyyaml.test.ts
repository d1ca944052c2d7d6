/** Compares our reading of YAML with PyYAML's own, over a corpus that `test/fixtures/pyyaml/generate.py` asked it about. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { effectiveEntries } from './document.ts';
import type { ConfigNode } from './nodes.ts';
import { pythonText } from './python-text.ts';
import { readYaml } from './yaml.ts';

const Case = z.object({ text: z.string(), value: z.unknown().optional(), error: z.string().optional() });
const Corpus = z.object({ pyyaml: z.string(), cases: z.array(Case) });

/** What PyYAML takes and we do not: text that goes on in column 0, odd marks in brackets, a key that is nothing. */
const STRICTER_THAN_PYYAML: ReadonlySet<string> = new Set([
  'a: [-]\n',
  'a: [?]\n',
  'a: [?a]\n',
  'a: [b,\nc]\n',
  'a: {\nb: 1\n}\n',
  "a: 'b\nc'\n",
  'a: "b\nc"\n',
  'model: Qwen/Qwen2.5-7B\ntuner_type: lora\nlearning_rate: 1e-5\nmax_steps: 300\npacking: true\n? ',
  "dataset:\n  - a/b#500\n  - 'c d'\nlist: [1, t\nwo, 3.0]\nsystem: |\n  You are\n  helpful\nlast: ~\n",
]);

function encoded(node: ConfigNode | undefined): unknown {
  if (!node) return ['null'];
  if (node.kind === 'list') return ['list', node.items.map(encoded)];
  if (node.kind === 'mapping') {
    return ['mapping', effectiveEntries(node).map((entry) => [entry.name, encoded(entry.value)])];
  }
  return node.value.type === 'null' ? ['null'] : [node.value.type, pythonText(node.value)];
}

describe('reading YAML as PyYAML does', () => {
  const path = new URL('../../../test/fixtures/pyyaml/cases.json', import.meta.url);
  const { cases } = Corpus.parse(JSON.parse(readFileSync(path, 'utf8')));

  test('every text gets the same value, or is refused where PyYAML refuses it', () => {
    expect(cases.length).toBeGreaterThan(2000);
    const differences: string[] = [];
    for (const { text, value, error } of cases) {
      if (STRICTER_THAN_PYYAML.has(text)) continue;
      const { root, problems } = readYaml(text);
      const ours = problems.length > 0 ? 'refused' : JSON.stringify(encoded(root));
      const theirs = error === undefined ? JSON.stringify(value) : 'refused';
      if (ours !== theirs) differences.push(`${JSON.stringify(text)}: ours ${ours}, PyYAML's ${theirs}`);
    }
    expect(differences).toEqual([]);
  });

  test('the exceptions are still exceptions', () => {
    const exceptions = cases.filter((entry) => STRICTER_THAN_PYYAML.has(entry.text));
    expect(exceptions).toHaveLength(STRICTER_THAN_PYYAML.size);
    for (const { text, error } of exceptions) {
      expect({ text, error, isRefused: readYaml(text).problems.length > 0 }).toEqual({
        text,
        error: undefined,
        isRefused: true,
      });
    }
  });
});
