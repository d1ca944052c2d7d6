/** Whether a checkpoint may tell arguments that the config leaves out. source: swift/arguments/base_args/base_args.py: load_args_from_ckpt */
import type { RuleContext } from './rule.ts';
import type { Settings } from './settings.ts';

/** Where a checkpoint keeps the arguments that it came from. */
const ARGUMENTS = 'args.json';

/** False only where it is known that no checkpoint is read. */
export function mayLoadArguments(settings: Settings, { files, lookup }: RuleContext): boolean {
  if (settings.isOff('load_args')) return false;
  const adapters = ['adapters', 'mcore_model', 'mcore_adapter'].filter((name) => settings.has(name));
  if (adapters.some((name) => !settings.isNone(name))) return true;
  if (settings.has('resume_from_checkpoint') && !settings.isNone('resume_from_checkpoint')) return true;
  const model = settings.text('model');
  if (typeof model !== 'string') return true;
  if (!files) return lookup.model(model) === undefined;
  const kind = files.kindOf(model);
  if (kind === 'missing') return false;
  return kind !== 'folder' || files.kindOf(`${model}/${ARGUMENTS}`) !== 'missing';
}

/** Whether the engine looks into the model at all: not where another server holds it. source: swift/arguments/app_args.py, eval_args.py, sampling_args.py */
export function looksAtModel(settings: Settings): boolean {
  const isRemote = ['base_url', 'eval_url'].some((name) => settings.has(name) && !settings.isNone(name));
  return !isRemote && settings.text('sampler_engine') !== 'client';
}
