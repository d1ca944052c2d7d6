/** What a way of tuning cannot do; the training says so once the model is loaded. source: swift/pipelines/train/tuner.py, swift/callbacks/lisa.py */
import { t } from '@vscode/l10n';
import { isAbove, isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { PLAIN_TRAINING_TASKS, settingsRule } from './settings-rule.ts';

const ROWS: readonly Refusal[] = [
  {
    at: ['lisa_activated_layers'],
    when: (settings) => isAbove(settings, 'lisa_activated_layers', 0) && isNotFull(settings),
    message: () => t('LISA trains the whole model by turns. Set tuner_type to full.'),
    severity: 'warning',
    fixes: [['tuner_type', 'full'], 'lisa_activated_layers'],
  },
  {
    at: ['adapters'],
    when: (settings) =>
      (settings.texts('adapters')?.length ?? 0) > 1 &&
      isNotFull(settings) &&
      settings.isNone('resume_from_checkpoint'),
    message: () => t('A training goes on from one adapter. Name one.'),
    severity: 'warning',
  },
  {
    at: ['adapters'],
    when: (settings) => settings.isFilled('adapters') && isOneOf(settings, 'tuner_type', 'full'),
    message: () => t('With tuner_type full, the adapter is not loaded. Merge it first, or train with lora.'),
    severity: 'warning',
    fixes: ['adapters', ['tuner_type', 'lora']],
  },
  {
    at: ['tuner_backend'],
    when: (settings) =>
      isOneOf(settings, 'tuner_backend', 'unsloth') && isOneOf(settings, 'tuner_type', 'longlora'),
    message: () => t('Unsloth does not train longlora. Use lora, or the backend peft.'),
    severity: 'warning',
    fixes: [
      ['tuner_backend', 'peft'],
      ['tuner_type', 'lora'],
    ],
  },
  {
    at: ['tuner_type'],
    when: (settings) => {
      const type = settings.text('model_type');
      return (
        isOneOf(settings, 'tuner_type', 'longlora') && typeof type === 'string' && !type.includes('llama')
      );
    },
    message: () => t('longlora is made for Llama models. Use lora.'),
    severity: 'warning',
    fixes: [['tuner_type', 'lora']],
  },
  {
    at: ['deepspeed_autotp_size'],
    when: (settings) =>
      settings.isGiven('deepspeed_autotp_size') &&
      isOneOf(settings, 'deepspeed', 'zero3', 'zero2_offload', 'zero3_offload'),
    message: () => t('Tensor parallelism goes with zero0, zero1 or zero2.'),
    severity: 'warning',
    fixes: ['deepspeed_autotp_size', ['deepspeed', 'zero2']],
  },
  // source: swift/ray_utils/__init__.py
  {
    at: ['use_ray'],
    when: (settings) => settings.isOn('use_ray') && settings.isNone('device_groups'),
    message: () => t('use_ray needs device_groups: which part runs on which devices.'),
    severity: 'warning',
    fixes: [['use_ray', false]],
  },
];

function isNotFull(settings: Settings): boolean {
  const tuner = settings.text('tuner_type');
  return typeof tuner === 'string' && tuner !== 'full';
}

export const tunerRefuses = settingsRule({
  id: 'tuner-refuses',
  tasks: PLAIN_TRAINING_TASKS,
  check: (settings, context) => refusals(ROWS, settings, context),
});
