/** Features that only some of the methods of `rlhf_type` have. source: swift/arguments/rlhf_args.py */
import { t } from '@vscode/l10n';
import { isAbove, isOneOf } from './refusals.ts';
import type { Settings } from './settings.ts';
import { onValue, removeSettings, setTo, settingsRule } from './settings-rule.ts';

interface Feature {
  readonly key: string;
  isUsed(settings: Settings): boolean;
  /** Methods that the engine refuses it with. */
  readonly refusedBy: readonly string[];
  /** The value that turns it off; it is taken out where absent. */
  readonly off?: string | number | boolean;
}

const ALL = ['dpo', 'orpo', 'simpo', 'kto', 'cpo', 'rm', 'ppo', 'grpo', 'gkd'];
const ALL_BUT_DPO = ALL.filter((type) => type !== 'dpo');

const FEATURES: readonly Feature[] = [
  ...['packing', 'padding_free'].map((key) => ({
    key,
    isUsed: (settings: Settings) => settings.isOn(key),
    refusedBy: ['orpo', 'simpo', 'cpo', 'rm', 'ppo'],
    off: false,
  })),
  {
    key: 'sequence_parallel_size',
    isUsed: (settings) => isAbove(settings, 'sequence_parallel_size', 1),
    refusedBy: ALL.filter((type) => type !== 'dpo' && type !== 'grpo'),
    off: 1,
  },
  {
    key: 'loss_weights',
    // Where no loss is named, the engine looks at neither.
    isUsed: (settings) => settings.isGiven('loss_weights') && settings.isGiven('loss_type'),
    refusedBy: ALL_BUT_DPO,
  },
  {
    key: 'loss_type',
    isUsed: (settings) => (settings.texts('loss_type')?.length ?? 0) > 1,
    refusedBy: ALL_BUT_DPO,
  },
  {
    key: 'cached_dataset',
    isUsed: (settings) => settings.isGiven('cached_dataset'),
    refusedBy: ['grpo'],
  },
  {
    key: 'cached_val_dataset',
    isUsed: (settings) => settings.isGiven('cached_val_dataset'),
    refusedBy: ['grpo'],
  },
  {
    key: 'truncation_strategy',
    isUsed: (settings) => isOneOf(settings, 'truncation_strategy', 'right', 'split'),
    refusedBy: ['grpo'],
    off: 'left',
  },
  {
    key: 'vllm_reasoning_parser',
    isUsed: (settings) => settings.isGiven('vllm_reasoning_parser'),
    refusedBy: ['grpo'],
  },
  {
    key: 'async_generate',
    isUsed: (settings) => settings.isOn('async_generate'),
    refusedBy: ['gkd'],
    off: false,
  },
  { key: 'seq_kd', isUsed: (settings) => settings.isOn('seq_kd'), refusedBy: ['gkd'], off: false },
];

export const notWithRlhfType = settingsRule({
  id: 'not-with-rlhf-type',
  tasks: ['rlhf'],
  *check(settings, context) {
    const type = settings.text('rlhf_type');
    if (typeof type !== 'string') return;
    for (const { key, isUsed, refusedBy, off } of FEATURES) {
      const entry = settings.entry(key);
      if (!entry || !refusedBy.includes(type) || !isUsed(settings)) continue;
      yield onValue(context, entry, {
        message: messageFor(key, type, refusedBy),
        severity: 'error',
        fixes: [
          ...(off === undefined ? [] : setTo(context, settings, key, off)),
          ...removeSettings(context, settings, key),
        ],
      });
    }
  },
});

function messageFor(key: string, type: string, refusedBy: readonly string[]): string {
  const others = ALL.filter((other) => !refusedBy.includes(other));
  if (key === 'loss_type')
    return t('rlhf_type {0} takes a single loss_type; several go with dpo only.', type);
  if (key === 'truncation_strategy')
    return t('rlhf_type {0} cuts long rows from the left or deletes them. Use left or delete.', type);
  return others.length < ALL.length - 2
    ? t('{0} does not go with rlhf_type {1}, only with {2}.', key, type, others.join(', '))
    : t('{0} does not go with rlhf_type {1}.', key, type);
}
