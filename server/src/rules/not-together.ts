/** Two settings of the training and data arguments that exclude each other. */
import { t } from '@vscode/l10n';
import { isAbove, isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { PLAIN_TASKS, settingsRule } from './settings-rule.ts';

const ROWS: readonly Refusal[] = [
  // source: swift/arguments/base_args/base_args.py: _init_lazy_tokenize
  {
    at: ['lazy_tokenize'],
    when: (settings) => settings.isOn('lazy_tokenize') && settings.isOn('packing'),
    message: () => t('packing has to know how long every row is, which lazy_tokenize puts off.'),
    fixes: [
      ['lazy_tokenize', false],
      ['packing', false],
    ],
  },
  {
    at: ['lazy_tokenize'],
    when: (settings) => settings.isOn('lazy_tokenize') && settings.isOn('streaming'),
    message: () => t('With streaming, rows are tokenized as they come. Turn lazy_tokenize off.'),
    fixes: [
      ['lazy_tokenize', false],
      ['streaming', false],
    ],
  },
  // source: transformers/training_args.py: _validate_args
  {
    at: ['fp16', 'bf16'],
    when: (settings) => settings.isOn('fp16') && settings.isOn('bf16'),
    message: () => t('fp16 and bf16 are both on. Keep one: bf16 where the device can do it.'),
    fixes: [
      ['fp16', false],
      ['bf16', false],
    ],
  },
  {
    at: ['bf16'],
    when: (settings) => settings.isOn('bf16') && isHalfByDefault(settings),
    message: (settings) =>
      t(
        'torch_dtype {0} turns fp16 on, and bf16 is on too. Use torch_dtype bfloat16, or set fp16 to false.',
        String(settings.text('torch_dtype')),
      ),
    fixes: [['torch_dtype', 'bfloat16'], ['fp16', false], 'bf16'],
  },
  {
    at: ['fp16'],
    when: (settings) =>
      settings.isOn('fp16') &&
      settings.boolean('bf16') === null &&
      isOneOf(settings, 'torch_dtype', 'bfloat16') &&
      !isMac(),
    message: () =>
      t('torch_dtype bfloat16 turns bf16 on, and fp16 is on too. Use torch_dtype float16, or remove fp16.'),
    fixes: ['fp16', ['torch_dtype', 'float16'], ['bf16', false]],
  },
  {
    at: ['fp16_full_eval'],
    when: (settings) => settings.isOn('fp16_full_eval') && settings.isOn('bf16_full_eval'),
    message: () => t('fp16_full_eval and bf16_full_eval are both on. Keep one.'),
    fixes: [
      ['fp16_full_eval', false],
      ['bf16_full_eval', false],
    ],
  },
  {
    at: ['dataloader_prefetch_factor'],
    when: (settings) =>
      settings.number('dataloader_num_workers') === 0 && settings.isGiven('dataloader_prefetch_factor'),
    message: () =>
      t(
        'Without workers (dataloader_num_workers 0) nothing is loaded ahead. Remove dataloader_prefetch_factor.',
      ),
    fixes: ['dataloader_prefetch_factor', ['dataloader_num_workers', 1]],
  },
  // source: swift/trainers/arguments.py: _handle_hf_removed_args
  {
    at: ['warmup_steps'],
    when: (settings) => isNotZero(settings, 'warmup_ratio') && isNotZero(settings, 'warmup_steps'),
    message: () => t('warmup_ratio and warmup_steps say the same in two ways. Keep one.'),
    fixes: ['warmup_steps', 'warmup_ratio'],
  },
  // source: swift/arguments/sft_args.py: _init_fsdp
  {
    at: ['fsdp'],
    when: (settings) => settings.isFilled('fsdp') && settings.isFilled('deepspeed'),
    message: () => t('fsdp and deepspeed both spread the training over devices. Keep one.'),
    fixes: ['fsdp', 'deepspeed'],
  },
  {
    at: ['save_only_model'],
    when: (settings) => isOneOf(settings, 'fsdp', 'fsdp2') && settings.isOn('save_only_model'),
    message: () => t('fsdp2 saves each device its part, and save_only_model cannot. Set it to false.'),
    fixes: [['save_only_model', false]],
  },
  // source: swift/arguments/sft_args.py: _init_deepspeed
  {
    at: ['zero_hpz_partition_size'],
    when: (settings) => settings.isGiven('zero_hpz_partition_size') && isWithoutZero(settings),
    message: () => t('zero_hpz_partition_size needs zero_optimization in the configuration of DeepSpeed.'),
    fixes: ['zero_hpz_partition_size'],
  },
  // source: swift/arguments/export_args.py: __post_init__
  {
    at: ['packing'],
    when: (settings) => settings.isOn('to_cached_dataset') && settings.isOn('packing'),
    message: () => t('Rows are packed in the training, not where they are cached. Turn packing off here.'),
    fixes: [['packing', false]],
  },
  {
    at: ['streaming'],
    when: (settings) => settings.isOn('to_cached_dataset') && settings.isOn('streaming'),
    message: () => t('A data set that streams cannot be cached. Turn streaming off.'),
    fixes: [['streaming', false]],
  },
  {
    at: ['merge_lora'],
    when: (settings) => settings.isOn('merge_lora') && (settings.isOn('to_hf') || settings.isOn('to_mcore')),
    message: () => t('merge_lora has no effect when weights are converted to or from Megatron.'),
    severity: 'warning',
    fixes: ['merge_lora'],
  },
  // source: swift/pipelines/train/sft.py: _prepare_dataset
  {
    at: ['streaming'],
    when: (settings) =>
      settings.has('resume_from_checkpoint') &&
      settings.isOn('streaming') &&
      (settings.isFilled('cached_dataset') || settings.isFilled('cached_val_dataset')),
    message: () => t('Cached data sets do not stream. Turn streaming off.'),
    severity: 'warning',
    fixes: [['streaming', false]],
  },
  // source: swift/arguments/base_args/data_args.py: __post_init__
  {
    at: ['split_dataset_ratio'],
    when: (settings) => isAbove(settings, 'split_dataset_ratio', 0) && settings.isFilled('val_dataset'),
    message: () => t('val_dataset is given, so nothing is split off: split_dataset_ratio has no effect.'),
    severity: 'warning',
    fixes: ['split_dataset_ratio', 'val_dataset'],
  },
  {
    at: ['split_dataset_ratio'],
    when: (settings) =>
      isAbove(settings, 'split_dataset_ratio', 0) &&
      settings.isNone('val_dataset') &&
      settings.isOn('streaming'),
    message: () =>
      t(
        'Nothing is split off a data set that streams: split_dataset_ratio has no effect. Name a val_dataset.',
      ),
    severity: 'warning',
    fixes: ['split_dataset_ratio'],
  },
];

/** Whether float16 training is chosen by torch_dtype. source: swift/arguments/base_args/model_args.py: _init_mixed_precision */
function isHalfByDefault(settings: Settings): boolean {
  const isLeftOut = settings.boolean('fp16') === null;
  return isLeftOut && isOneOf(settings, 'torch_dtype', 'float16', 'float32') && !isMac();
}

/** There the engine chooses no precision by itself. */
function isMac(): boolean {
  return process.platform === 'darwin';
}

/** Whether the configuration of DeepSpeed stands in the config, and says nothing of ZeRO. */
function isWithoutZero(settings: Settings): boolean {
  const node = settings.entry('deepspeed')?.value;
  if (node?.kind === 'mapping') return !node.entries.some(({ name }) => name === 'zero_optimization');
  const text = settings.text('deepspeed');
  return typeof text === 'string' && text.trimStart().startsWith('{') && !text.includes('zero_optimization');
}

function isNotZero(settings: Settings, name: string): boolean {
  const value = settings.number(name);
  return typeof value === 'number' && value !== 0;
}

export const notTogether = settingsRule({
  id: 'not-together',
  tasks: PLAIN_TASKS,
  check: (settings, context) => refusals(ROWS, settings, context),
});
