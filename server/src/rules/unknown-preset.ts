/** deepspeed and fsdp take the name of a preset, JSON, or a file that holds it. source: swift/arguments/sft_args.py, swift/config/ */
import { t } from '@vscode/l10n';
import { DEEPSPEED_PRESETS } from '../schema/known-names.ts';
import { nearestNames } from './nearest.ts';
import { onValue, PLAIN_TRAINING_TASKS, removeSettings, setTo, settingsRule } from './settings-rule.ts';

const PRESETS: ReadonlyMap<string, readonly string[]> = new Map([
  ['deepspeed', DEEPSPEED_PRESETS],
  ['teacher_deepspeed', DEEPSPEED_PRESETS],
  ['fsdp', ['fsdp2']],
]);

export const unknownPreset = settingsRule({
  id: 'unknown-preset',
  tasks: PLAIN_TRAINING_TASKS,
  *check(settings, context) {
    for (const [key, presets] of PRESETS) {
      const entry = settings.entry(key);
      const text = settings.text(key);
      if (entry?.value.kind !== 'scalar' || typeof text !== 'string') continue;
      if (presets.includes(text) || !isPlainWord(text) || context.files?.has(text)) continue;
      const off = /^(?:none|null|no|false|off)$/i.test(text);
      const near = likeliest(text, presets);
      yield onValue(context, entry, {
        message: off
          ? t('{0} is turned off by leaving it out.', key)
          : t(
              '{0} is no preset of {1}. There are {2}; otherwise name a JSON file.',
              text,
              key,
              presets.join(', '),
            ),
        severity: 'error',
        fixes: off
          ? removeSettings(context, settings, key)
          : [
              ...near.flatMap((preset) => setTo(context, settings, key, preset)),
              ...removeSettings(context, settings, key),
            ],
      });
    }
  },
});

/** A word that is neither JSON, which the engine even repairs, nor a path. */
function isPlainWord(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9 _-]*$/.test(text);
}

/** The likeliest presets: the same letters and digits first. `stage2`, `zero-3`, `zero3-offload` */
function likeliest(text: string, presets: readonly string[]): readonly string[] {
  const stage = /[0-3]/.exec(text)?.[0];
  const offloads = /off/i.test(text);
  const byStage = presets.filter(
    (preset) => stage !== undefined && preset.includes(stage) && preset.includes('offload') === offloads,
  );
  const only = presets.length === 1 ? presets : [];
  return [...new Set([...byStage, ...nearestNames(text, presets), ...only])].slice(0, 3);
}
