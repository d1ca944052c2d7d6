import { expect, test } from 'vitest';
import type { SchemaArgument } from '../../../protocol/src/schema.ts';
import { keyMarkdown } from './documentation.ts';

const argument: SchemaArgument = {
  name: 'lora_bias',
  types: ['string'],
  isList: false,
  isNullable: false,
  choices: ['none', 'all'],
  default: 'none',
  declaredIn: 'TunerArguments',
};

function markdownOf(documentation: string): string {
  return keyMarkdown({
    name: argument.name,
    shape: { kind: 'argument', argument },
    isRequired: false,
    isOwn: false,
    documentation,
  });
}

test('a key is told by its type, default, choices and class', () => {
  expect(markdownOf('Words.').split('\n\n')).toEqual([
    '**lora_bias**: one of 2',
    'Default: `none`',
    'Choices: `none`, `all`',
    'Words.',
    '*TunerArguments*',
  ]);
});

test("the engine's words are shown as they are written, in backticks and outside", () => {
  expect(markdownOf('Set `lora_bias` or `<x>`; see a_b and <y> *here*.')).toContain(
    'Set `lora_bias` or `<x>`; see a\\_b and &lt;y> \\*here\\*.',
  );
});
