/** Values that the engine knows for arguments whose parser takes any text. Others may be right too: these are offered, never demanded. */
import type { ValueProvider } from './provider.ts';

// source: swift/config/*.json
const DEEPSPEED = ['zero0', 'zero1', 'zero2', 'zero3', 'zero2_offload', 'zero3_offload'];
const INTERVALS = ['no', 'steps', 'epoch'];

const KNOWN_VALUES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    // source: swift/pipelines/train/tuner.py: prepare_adapter
    tuner_type: [
      'lora',
      'full',
      'longlora',
      'adalora',
      'llamapro',
      'adapter',
      'vera',
      'boft',
      'fourierft',
      'reft',
      'bone',
    ],
    // source: transformers/trainer_utils.py: SchedulerType
    lr_scheduler_type: [
      'linear',
      'cosine',
      'cosine_with_restarts',
      'cosine_with_min_lr',
      'cosine_warmup_with_min_lr',
      'polynomial',
      'constant',
      'constant_with_warmup',
      'inverse_sqrt',
      'reduce_lr_on_plateau',
      'warmup_stable_decay',
      'greedy',
    ],
    attn_impl: ['flash_attn', 'flash_attention_2', 'flash_attention_3', 'flash_attention_4', 'sdpa', 'eager'],
    deepspeed: DEEPSPEED,
    fsdp: ['fsdp2'],
    eval_strategy: INTERVALS,
    save_strategy: [...INTERVALS, 'best'],
    logging_strategy: INTERVALS,
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
