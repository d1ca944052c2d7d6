import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { exportNeeds } from './export-needs.ts';

const EXPORT = { task: 'export' } as const;

test('an export that cannot succeed, or makes something else, is told', () => {
  for (const text of [
    'push_to_hub: true # want "hub_model_id"\n',
    'to_peft_format: true # want "Name one as adapters"\n',
    'merge_lora: true # want "Name one as adapters"\n',
    'adapters: a\nto_ollama: true # want "base model only" fix="merge_lora: true"\n',
    'to_cached_dataset: true # want "nothing to cache"\n',
    'to_hf: true # want "mcore_model"\n',
    'quant_method: bnb\nquant_bits: 4\nto_ollama: true # want "to_ollama is left out"\n',
  ]) {
    checkRule(exportNeeds, text, undefined, EXPORT);
  }
});

test('an export that has what it needs is left alone', () => {
  for (const text of [
    'adapters: a\nmerge_lora: true\nto_ollama: true\n',
    'to_cached_dataset: true\ndataset: a\n',
    'to_hf: true\nto_mcore: true\nmcore_model: a\n',
    'push_to_hub: true\nhub_model_id: a/b\n',
  ]) {
    checkRule(exportNeeds, text, undefined, EXPORT);
  }
});
