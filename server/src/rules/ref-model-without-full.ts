/** A reference model is only taken where the model itself changes as a whole. source: swift/arguments/rlhf_args.py: __post_init__ */
import { t } from '@vscode/l10n';
import { onValue, removeSettings, setTo, settingsRule } from './settings-rule.ts';

const WITH_REFERENCE: readonly string[] = ['dpo', 'kto', 'ppo', 'grpo'];

export const refModelWithoutFull = settingsRule({
  id: 'ref-model-without-full',
  tasks: ['rlhf'],
  *check(settings, context) {
    const entry = settings.entry('ref_model');
    const type = settings.text('rlhf_type');
    if (!entry || !settings.isGiven('ref_model') || typeof type !== 'string') return;
    if (type === 'grpo' && settings.number('beta') === 0) return;
    const tuner = settings.text('tuner_type');
    const takesReference = WITH_REFERENCE.includes(type);
    if (typeof tuner !== 'string' || (takesReference && tuner === 'full')) return;
    if (type === 'grpo' && settings.number('beta') === undefined) return;
    yield onValue(context, entry, {
      message: takesReference
        ? t(
            'With tuner_type {0} the model without its adapter is the reference. Remove ref_model, or train with tuner_type full.',
            tuner,
          )
        : t('rlhf_type {0} has no reference model. Remove ref_model.', type),
      severity: 'error',
      fixes: [
        ...removeSettings(context, settings, 'ref_model'),
        ...(takesReference ? setTo(context, settings, 'tuner_type', 'full', entry) : []),
      ],
    });
  },
});
