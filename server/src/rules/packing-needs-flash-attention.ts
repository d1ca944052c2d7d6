/** Packed rows need an attention that keeps them apart. source: swift/arguments/sft_args.py: _check_padding_free */
import { t } from '@vscode/l10n';
import { onValue, PLAIN_TRAINING_TASKS, setTo, settingsRule } from './settings-rule.ts';

const FLASH_ATTENTION: ReadonlySet<string> = new Set([
  'flash_attn',
  'flash_attention_2',
  'flash_attention_3',
  'flash_attention_4',
]);

export const packingNeedsFlashAttention = settingsRule({
  id: 'packing-needs-flash-attention',
  tasks: PLAIN_TRAINING_TASKS,
  *check(settings, context) {
    const attention = settings.text('attn_impl');
    if (attention === undefined || (attention !== null && FLASH_ATTENTION.has(attention))) return;
    const cause = ['packing', 'padding_free'].find((name) => settings.isOn(name));
    const entry = cause === undefined ? undefined : settings.entry(cause);
    if (cause === undefined || !entry) return;
    yield onValue(context, entry, {
      message: t('{0} needs flash attention. Set attn_impl to flash_attn.', cause),
      severity: 'error',
      fixes: [
        ...setTo(context, settings, 'attn_impl', 'flash_attn', entry),
        ...setTo(context, settings, cause, false),
      ],
    });
  },
});
