// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config refers to the environment
import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { packingNeedsFlashAttention } from './packing-needs-flash-attention.ts';

test('packing without flash attention is refused, however it is written', () => {
  checkRule(
    packingNeedsFlashAttention,
    `
model: a/b
packing: true # want "needs flash attention" fix="Add attn_impl: flash_attn"
max_length: 10
`,
    `
model: a/b
attn_impl: flash_attn
packing: true
max_length: 10
`,
  );
  checkRule(
    packingNeedsFlashAttention,
    `
attn-impl: sdpa
padding-free: y # want "padding_free needs flash attention" fix="attn_impl: flash_attn"
`,
    `
attn-impl: flash_attn
padding-free: y
`,
  );
  // An empty list leaves the option without a value, which turns it on.
  checkRule(packingNeedsFlashAttention, 'packing: [] # want "packing needs flash attention"\n');
});

test('what is right, off or not known is left alone', () => {
  for (const attention of ['flash_attn', 'flash_attention_3', '${env:ATTENTION}']) {
    checkRule(packingNeedsFlashAttention, `attn_impl: ${attention}\npacking: true\n`);
  }
  checkRule(packingNeedsFlashAttention, 'packing: false\n');
  checkRule(packingNeedsFlashAttention, 'packing: ${env:PACKING}\n');
  checkRule(packingNeedsFlashAttention, 'packing: true\n', undefined, { task: 'megatron-sft' });
});
