import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { unknownPreset } from './unknown-preset.ts';

test('the name of no preset is found, and the likeliest preset offered', () => {
  for (const [written, meant] of [
    ['zero-2', 'zero2'],
    ['stage3', 'zero3'],
    ['zero3-offload', 'zero3_offload'],
    ['zeor1', 'zero1'],
  ]) {
    checkRule(
      unknownPreset,
      `deepspeed: ${written} # want "no preset of deepspeed" fix="${meant}"\n`,
      `deepspeed: ${meant}\n`,
    );
  }
  checkRule(unknownPreset, 'fsdp: full_shard # want "no preset" fix="fsdp2"\n', 'fsdp: fsdp2\n');
});

test('a preset is turned off by leaving it out', () => {
  for (const value of ['null', 'none', 'false']) {
    checkRule(unknownPreset, `deepspeed: ${value} # want "leaving it out" fix="Remove"\n`, '');
  }
});

test('presets, paths and JSON are left alone', () => {
  for (const value of ['zero3_offload', 'ds.json', './ds', "'{a: 1}'", '{zero_optimization: {stage: 2}}']) {
    checkRule(unknownPreset, `deepspeed: ${value}\n`);
  }
  checkRule(unknownPreset, 'fsdp: fsdp2\n');
});
