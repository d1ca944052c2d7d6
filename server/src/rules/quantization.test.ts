import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { quantization } from './quantization.ts';

const EXPORT = { task: 'export' } as const;

test('a method needs bits, and takes only some', () => {
  checkRule(
    quantization,
    'quant_method: bnb # want "bnb needs quant_bits" fix="quant_bits: 4"\n',
    'quant_bits: 4\nquant_method: bnb\n',
  );
  for (const text of [
    'quant_method: bnb\nquant_bits: 3 # want "only to 4, 8"\n',
    'quant_method: eetq\nquant_bits: 4 # want "only to 8" fix="quant_bits: 8"\n',
    'quant_method: quanto\nquant_bits: 1 # want "only to"\n',
    'quant_method: hqq\nquant_bits: float8 # want "only to"\n',
    'quant_bits: 4 # want "no effect" fix="quant_method: bnb"\n',
  ]) {
    checkRule(quantization, text);
  }
});

test('an export says both, and has rows to measure on', () => {
  for (const text of [
    'quant_bits: 4 # want "needs a quant_method"\n',
    'quant_method: gptq # want "needs quant_bits"\ndataset: a\n',
    'quant_method: awq # want "Name them as dataset"\nquant_bits: 4\n',
    'quant_method: gptq_v2 # want "Name them as dataset"\nquant_bits: 4\n',
    'quant_method: awq\nquant_bits: 3 # want "only to 4"\ndataset: a\n',
  ]) {
    checkRule(quantization, text, undefined, EXPORT);
  }
});

test('what goes together, or may come from a checkpoint, is left alone', () => {
  for (const text of ['quant_method: fp8\n', 'quant_method: bnb\nquant_bits: 8\n', 'seed: 1\n']) {
    checkRule(quantization, text);
    checkRule(quantization, text, undefined, EXPORT);
  }
  checkRule(quantization, 'quant_method: gptq\nquant_bits: 4\ndataset: a\n', undefined, EXPORT);
  checkRule(quantization, 'quant_bits: 4\n', undefined, { task: 'infer' });
  checkRule(quantization, 'quant_method: bnb\n', undefined, { task: 'infer' });
});
