import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { refModelWithoutFull } from './ref-model-without-full.ts';

const RLHF = { task: 'rlhf' } as const;

test('a reference model beside an adapter, or for a method without one, is refused', () => {
  checkRule(
    refModelWithoutFull,
    'model: a/b\nref_model: a/b # want "model without its adapter" fix="Remove ref_model"\n',
    'model: a/b\n',
    RLHF,
  );
  checkRule(
    refModelWithoutFull,
    'rlhf_type: simpo\ntuner_type: full\nref_model: a/b # want "simpo has no reference" fix="Remove"\n',
    undefined,
    RLHF,
  );
});

test('full training, GRPO without a penalty, and what is not known are left alone', () => {
  for (const text of [
    'tuner_type: full\nref_model: a/b\n',
    'rlhf_type: grpo\nbeta: 0\nref_model: a/b\n',
    `rlhf_type: grpo\nbeta: \${env:BETA}\nref_model: a/b\n`,
    `tuner_type: \${env:TUNER}\nref_model: a/b\n`,
    'rlhf_type: orpo\n',
  ])
    checkRule(refModelWithoutFull, text, undefined, RLHF);
});
