import { expect, test } from 'vitest';
import { checkRule, contextOf } from './check-rule.ts';
import { DORMANT } from './effects.ts';
import { withoutEffect } from './without-effect.ts';

test('keys of an adapter sleep in full training, and those of one tuner under another', () => {
  checkRule(
    withoutEffect,
    `
tuner_type: full
lora_rank: 8 # want "lora_rank has no effect while tuner_type is full" fix="Remove lora_rank"
target_modules: all-linear # want "target_modules"
`,
    `
tuner_type: full
target_modules: all-linear
`,
  );
  const [finding] = withoutEffect.check(contextOf('vera_rank: 8\n'));
  expect(finding).toMatchObject({ severity: 'information', isUnused: true });
  checkRule(withoutEffect, 'vera_rank: 8 # want "while tuner_type is lora"\nlora_rank: 8\n');
});

test('keys of one method, backend or switch sleep beside another', () => {
  checkRule(
    withoutEffect,
    'rlhf_type: dpo\nnum_generations: 8 # want "while rlhf_type is dpo"\ndesirable_weight: 2 # want "rlhf_type is dpo"\n',
    undefined,
    { task: 'rlhf' },
  );
  checkRule(
    withoutEffect,
    'vllm_max_model_len: 4096 # want "while infer_backend is transformers" fix="Remove"\n',
    '',
    { task: 'deploy' },
  );
  checkRule(withoutEffect, 'rlhf_type: grpo\nvllm_max_model_len: 1 # want "without use_vllm"\n', undefined, {
    task: 'rlhf',
  });
  checkRule(withoutEffect, 'shuffle_buffer_size: 10 # want "without streaming"\n');
  checkRule(withoutEffect, 'max_steps: 10\nnum_train_epochs: 3 # want "while max_steps is 10"\n');
});

test('what is read is left alone, and so is what a plugin may read', () => {
  for (const text of [
    'tuner_type: lora\nlora_rank: 8\nmodules_to_save: [lm_head]\n',
    'tuner_type: full\nlora_rank: 8\nexternal_plugins: mine.py\n',
    'tuner_type: mine\nvera_rank: 8\n',
    'quant_method: bnb\nquant_bits: 4\nbnb_4bit_quant_type: nf4\n',
    `tuner_type: \${env:TUNER}\nlora_rank: 8\n`,
    'max_steps: -1\nnum_train_epochs: 3\n',
    'streaming: true\nshuffle_buffer_size: 10\n',
  ])
    checkRule(withoutEffect, text);
  checkRule(withoutEffect, 'infer_backend: vllm\nvllm_max_model_len: 4096\n', undefined, { task: 'deploy' });
  const grpo =
    'rlhf_type: grpo\nnum_generations: 8\nuse_vllm: true\nvllm_mode: colocate\nvllm_max_model_len: 9\n';
  checkRule(withoutEffect, grpo, undefined, { task: 'rlhf' });
});

test('every key of the table is an argument of its tasks', () => {
  const { lookup } = contextOf('');
  const strange = DORMANT.flatMap(({ keys, tasks, cause }) =>
    [...keys, cause].filter(
      (key) =>
        !tasks.some((task) =>
          [...(lookup.task(task)?.root.fields.keys() ?? [])].some((name) =>
            key.endsWith('_') ? name.startsWith(key) : name === key,
          ),
        ),
    ),
  );
  expect(strange).toEqual([]);
});
