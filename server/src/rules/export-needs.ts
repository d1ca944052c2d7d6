/** Exports that start and then fail, or make something other than was meant. source: swift/pipelines/export/ */
import { t } from '@vscode/l10n';
import { isOneOf, type Refusal, refusals } from './refusals.ts';
import type { Settings } from './settings.ts';
import { settingsRule } from './settings-rule.ts';

/** What an export can make, in the order in which the engine looks; it makes only the first. */
const ACTIONS: readonly string[] = [
  'quant_method',
  'to_ollama',
  'to_cached_dataset',
  'to_hf',
  'to_mcore',
  'push_to_hub',
];

const ROWS: readonly Refusal[] = [
  {
    at: ['push_to_hub'],
    when: (settings) => settings.isOn('push_to_hub') && settings.isNone('hub_model_id'),
    message: () => t('push_to_hub needs the name of the model on the hub: hub_model_id.'),
    severity: 'warning',
  },
  {
    at: ['to_peft_format'],
    when: (settings) => settings.isOn('to_peft_format') && settings.isNone('adapters'),
    message: () => t('{0} works on an adapter. Name one as adapters.', 'to_peft_format'),
    severity: 'warning',
  },
  {
    at: ['merge_lora'],
    when: (settings) =>
      settings.isOn('merge_lora') &&
      settings.isNone('adapters') &&
      settings.isOff('to_hf') &&
      settings.isOff('to_mcore'),
    message: () => t('{0} works on an adapter. Name one as adapters.', 'merge_lora'),
    severity: 'warning',
  },
  {
    at: ['to_ollama'],
    when: (settings) =>
      settings.isOn('to_ollama') && settings.isFilled('adapters') && settings.isOff('merge_lora'),
    message: () => t('Ollama gets the base model only, without the adapter. Set merge_lora to true.'),
    severity: 'warning',
    fixes: [['merge_lora', true]],
  },
  {
    at: ['to_cached_dataset'],
    when: (settings) =>
      settings.isOn('to_cached_dataset') &&
      settings.isNone('dataset') &&
      settings.isNone('cached_dataset') &&
      settings.isOff('load_data_args'),
    message: () => t('There is nothing to cache. Name the data as dataset.'),
    severity: 'warning',
  },
  {
    at: ['to_hf', 'to_mcore'],
    when: (settings) =>
      settings.isOn('to_hf') && settings.isNone('mcore_model') && settings.isNone('mcore_adapter'),
    message: () => t('to_hf converts the weights of Megatron. Name them as mcore_model.'),
    severity: 'warning',
  },
  {
    at: ACTIONS.slice(1),
    when: (settings) => settings.task === 'export' && actionsOf(settings).length > 1,
    message: (settings) => {
      const [first = '', ...others] = actionsOf(settings);
      return t('One export makes one thing: {0}. {1} is left out.', first, others.join(', '));
    },
    severity: 'warning',
  },
];

function actionsOf(settings: Settings): readonly string[] {
  return ACTIONS.filter((name) => {
    if (name === 'quant_method') return isOneOf(settings, name, 'awq', 'gptq', 'gptq_v2', 'bnb', 'fp8');
    // There and back is one thing to the engine.
    if (name === 'to_mcore' && settings.isOn('to_hf')) return false;
    return settings.isOn(name);
  });
}

export const exportNeeds = settingsRule({
  id: 'export-needs',
  tasks: ['export', 'infer', 'deploy', 'app', 'eval'],
  check: (settings, context) => refusals(ROWS, settings, context),
});
