/** Every task of the engine needs to be told its model. source: swift/arguments/base_args/model_args.py: __post_init__ */
import { t } from '@vscode/l10n';
import { isMeantBySomeKey } from './meant.ts';
import type { Settings } from './settings.ts';
import { onConfig, PLAIN_TASKS, settingsRule } from './settings-rule.ts';

export const modelMissing = settingsRule({
  id: 'model-missing',
  tasks: PLAIN_TASKS,
  *check(settings, context) {
    if (settings.text('model') !== null || !settings.root?.entries.length) return;
    if (mayComeFromCheckpoint(settings) || isMeantBySomeKey(context, settings, 'model')) return;
    yield onConfig(context, settings, {
      message:
        settings.isFilled('adapters') || settings.isFilled('resume_from_checkpoint')
          ? t('The key model is missing: a training does not take it from a checkpoint.')
          : t('The key model is missing. Name a model or the folder of one.'),
      severity: 'error',
    });
  },
});

/** Whether a checkpoint that the config names may tell the model. source: swift/arguments/base_args/base_args.py: load_args_from_ckpt */
function mayComeFromCheckpoint(settings: Settings): boolean {
  const names = ['adapters', 'mcore_model', 'mcore_adapter'].filter((name) => settings.has(name));
  const loadsArguments = !settings.isOff('load_args');
  if (loadsArguments && names.some((name) => !settings.isNone(name))) return true;
  const resumes = settings.has('resume_from_checkpoint') && !settings.isNone('resume_from_checkpoint');
  if (!resumes || settings.isOff('resume_only_model')) return false;
  // source: swift/arguments/sft_args.py: __post_init__
  const tuner = settings.text('tuner_type');
  return loadsArguments || tuner === 'full' || tuner === undefined;
}
