/** When a training evaluates, as the engine works it out. source: swift/arguments/sft_args.py: _init_eval_strategy */
import type { Settings } from './settings.ts';

export interface Evaluation {
  /** `no` also where there is nothing to evaluate on. */
  readonly strategy: string;
  /** What the config asks for, before the engine looks for data. */
  readonly asked: string;
  readonly hasData: boolean;
}

/** Undefined where it is not known. */
export function evaluationOf(settings: Settings): Evaluation | undefined {
  const saving = settings.text('save_strategy');
  const evaluating = settings.text('eval_strategy');
  const asked = evaluating === null ? saving : evaluating;
  const hasData = hasEvaluationData(settings);
  if (typeof asked !== 'string' || hasData === undefined) return undefined;
  return { asked, hasData, strategy: hasData ? asked : 'no' };
}

/** source: swift/arguments/base_args/data_args.py: _init_val_dataset_exists */
function hasEvaluationData(settings: Settings): boolean | undefined {
  const lists = ['val_dataset', 'cached_val_dataset', 'eval_dataset'];
  if (lists.some((name) => (settings.texts(name)?.length ?? 0) > 0)) return true;
  // The data arguments may come from a checkpoint.
  if (!settings.isOff('load_data_args')) return undefined;
  if (lists.some((name) => settings.texts(name) === undefined)) return undefined;
  const ratio = settings.number('split_dataset_ratio');
  const streams = settings.boolean('streaming');
  const data = settings.texts('dataset');
  if (ratio === 0 || streams === true || data?.length === 0) return false;
  if (typeof ratio !== 'number' || streams !== false || data === undefined) return undefined;
  return ratio > 0;
}
