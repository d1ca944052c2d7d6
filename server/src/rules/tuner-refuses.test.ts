import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { tunerRefuses } from './tuner-refuses.ts';

test('what a way of tuning cannot do is told before the model is loaded', () => {
  for (const text of [
    'lisa_activated_layers: 2 # want "LISA" fix="tuner_type: full"\n',
    'adapters: [a, b] # want "one adapter"\n',
    'adapters: a # want "is not loaded"\ntuner_type: full\n',
    'tuner_backend: unsloth # want "longlora"\ntuner_type: longlora\n',
    'tuner_type: longlora # want "Llama"\nmodel_type: qwen2\n',
    'deepspeed: zero3\ndeepspeed_autotp_size: 2 # want "zero0, zero1 or zero2"\n',
    'use_ray: true # want "device_groups"\n',
  ]) {
    checkRule(tunerRefuses, text);
  }
});

test('what it can do is left alone', () => {
  for (const text of [
    'lisa_activated_layers: 2\ntuner_type: full\n',
    'adapters: a\n',
    'tuner_type: longlora\nmodel_type: llama3\n',
    'deepspeed: zero2\ndeepspeed_autotp_size: 2\n',
    'use_ray: true\ndevice_groups: {nproc_per_node: 2}\n',
  ]) {
    checkRule(tunerRefuses, text);
  }
});
