/** Values that the engine knows for arguments whose parser takes any text. Others may be right too: these are offered, never demanded. */
import { DEEPSPEED_PRESETS, SCHEDULES, STRATEGIES, TUNERS } from '../schema/known-names.ts';
import type { ValueProvider } from './provider.ts';

const KNOWN_VALUES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    tuner_type: TUNERS,
    lr_scheduler_type: SCHEDULES,
    attn_impl: ['flash_attn', 'flash_attention_2', 'flash_attention_3', 'flash_attention_4', 'sdpa', 'eager'],
    deepspeed: DEEPSPEED_PRESETS,
    fsdp: ['fsdp2'],
    eval_strategy: STRATEGIES,
    save_strategy: [...STRATEGIES, 'best'],
    logging_strategy: STRATEGIES,
    report_to: ['tensorboard', 'wandb', 'swanlab', 'none'],
    target_modules: ['all-linear', 'all-embedding', 'all-router', 'all-norm'],
    optim: ['adamw_torch', 'adamw_torch_fused', 'adamw_8bit', 'paged_adamw_8bit', 'adafactor', 'sgd', 'muon'],
    loss_scale: ['default', 'all', 'last_round', 'ignore_empty_think', 'react', 'hermes', 'qwen'],
    reward_funcs: [
      'accuracy',
      'format',
      'cosine',
      'repetition',
      'soft_overlong',
      'react_format',
      'toolbench',
      'math',
    ],
    device_map: ['auto', 'cpu'],
  }),
);

export const knownValues: ValueProvider = {
  id: 'known-values',
  *suggest({ key, shape }) {
    if (shape.kind !== 'argument' || shape.argument.choices) return;
    for (const value of KNOWN_VALUES.get(key) ?? []) {
      yield { value, kind: 'choice', ...(shape.argument.default === value ? { isDefault: true } : {}) };
    }
  },
};
