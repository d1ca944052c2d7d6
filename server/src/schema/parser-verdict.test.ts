/** Compares our verdicts on values with those of the engine's real parser, which `test/fixtures/parser/generate.py` asked. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { SchemaArgument } from '../../../protocol/src/schema.ts';
import { findEntry, readConfig } from '../text/document.ts';
import type { ConfigNode } from '../text/nodes.ts';
import { choiceText, objectionsTo } from './parser-verdict.ts';

const Corpus = z.object({
  arguments: z.array(SchemaArgument),
  cases: z.array(z.object({ name: z.string(), value: z.string(), isTaken: z.boolean() })),
});

function nodeOf(text: string): ConfigNode {
  const { root, problems } = readConfig(`v: ${text}\n`, 'yaml');
  const entry = root?.kind === 'mapping' ? findEntry(root, 'v') : undefined;
  if (!entry || problems.length > 0) throw new Error(`${text} is not read`);
  return entry.value;
}

test('a value is refused where the parser refuses it, and nowhere else', () => {
  const path = new URL('../../../test/fixtures/parser/cases.json', import.meta.url);
  const corpus = Corpus.parse(JSON.parse(readFileSync(path, 'utf8')));
  expect(corpus.cases.length).toBeGreaterThan(1000);
  const byName = new Map(corpus.arguments.map((argument) => [argument.name, argument]));
  const differences = corpus.cases.filter(({ name, value, isTaken }) => {
    const argument = byName.get(name);
    if (!argument) throw new Error(`${name} is not described`);
    return objectionsTo(argument, nodeOf(value)).some((objection) => objection.isRefused) === isTaken;
  });
  expect(differences).toEqual([]);
});

test('choices are compared as Python writes them', () => {
  expect(['a', 4, 0.5, true, null].map(choiceText)).toEqual(['a', '4', '0.5', 'True', 'None']);
});
