/** Answers are generated in batches that have to come out even. source: swift/rlhf_trainers/args_mixin.py: _init_generation_batch_params */
import { t } from '@vscode/l10n';
import type { Entry } from '../text/nodes.ts';
import { isOneOf } from './refusals.ts';
import type { Fix, RuleContext, RuleFinding } from './rule.ts';
import type { Settings } from './settings.ts';
import { onConfig, onValue, removeSettings, setTo, settingsRule } from './settings-rule.ts';
import { type World, worldOf } from './world.ts';

export const grpoBatchSize = settingsRule({
  id: 'grpo-batch-size',
  tasks: ['rlhf'],
  *check(settings, context) {
    if (!isOneOf(settings, 'rlhf_type', 'grpo', 'gkd')) return;
    const world = worldOf(settings);
    yield* generationFindings(settings, context, world);
    if (isOneOf(settings, 'rlhf_type', 'grpo')) yield* evaluationFindings(settings, context, world);
  },
});

function* generationFindings(settings: Settings, context: RuleContext, world: World): Generator<RuleFinding> {
  const size = settings.number('generation_batch_size');
  const steps = settings.number('steps_per_generation');
  const rows = settings.number('per_device_train_batch_size');
  if (size === undefined || steps === undefined || !rows || rows < 1) return;
  const sizeEntry = settings.entry('generation_batch_size');
  const stepsEntry = settings.entry('steps_per_generation');
  if (typeof steps === 'number' && steps <= 0 && size === null && stepsEntry) {
    yield onValue(context, stepsEntry, {
      message: t('steps_per_generation has to be above 0.'),
      severity: 'error',
      fixes: removeSettings(context, settings, 'steps_per_generation'),
    });
    return;
  }
  if (typeof size === 'number' && sizeEntry) {
    // With more processes the global batch is a multiple of this one, so what this does not divide that does not either.
    const processes = world.processes ?? (world.isUnsaid ? 1 : undefined);
    const step = rows * (processes ?? 1) * (steps ?? 1);
    const isEven = processes === undefined || steps === null ? size % step === 0 : size === step;
    if (!isEven) {
      yield onValue(context, sizeEntry, {
        message:
          steps === null
            ? t('generation_batch_size {0} is no multiple of the rows of a step, {1}.', size, step)
            : t(
                'generation_batch_size {0} is not what steps_per_generation makes of it, {1}. Write one of both.',
                size,
                step,
              ),
        severity: 'error',
        fixes:
          steps === null
            ? setTo(context, settings, 'generation_batch_size', Math.max(1, Math.round(size / step)) * step)
            : removeSettings(context, settings, 'steps_per_generation', 'generation_batch_size'),
      });
      return;
    }
  }
  if (isOneOf(settings, 'rlhf_type', 'grpo')) yield* groupFindings(settings, context, world);
}

/** The answers to one question are compared with each other, so they are generated together. */
function* groupFindings(settings: Settings, context: RuleContext, world: World): Generator<RuleFinding> {
  const group = settings.number('num_generations');
  if (typeof group !== 'number' || group <= 1) return;
  const written = settings.number('generation_batch_size');
  const size = written ?? generatedAtOnce(settings, world.processes ?? 1);
  if (size === undefined || size < 1 || size % group === 0) return;
  const isCertain = typeof written === 'number' || world.processes !== undefined;
  if (!isCertain && !world.isUnsaid) return;
  const message = isCertain
    ? t('{0} answers are generated at once, which num_generations {1} does not divide.', size, group)
    : t(
        'One process generates {0} answers at once, which num_generations {1} does not divide. For more processes, set NPROC_PER_NODE below ENV.',
        size,
        group,
      );
  yield finding(settings, context, {
    at: settings.firstEntry(
      'num_generations',
      'generation_batch_size',
      'steps_per_generation',
      'per_device_train_batch_size',
      'gradient_accumulation_steps',
    ),
    message,
    severity: 'error',
    fixes: divisorFix(settings, context, 'num_generations', { group, size }),
  });
}

function* evaluationFindings(settings: Settings, context: RuleContext, world: World): Generator<RuleFinding> {
  const all = settings.number('num_generations');
  const own = settings.number('num_generations_eval');
  const rows = settings.number('per_device_eval_batch_size');
  if (!evaluates(settings) || typeof all !== 'number' || all <= 1 || own === undefined) return;
  if (!rows || rows < 1) return;
  const group = own || all;
  const size = rows * (world.processes ?? 1);
  if (group < 1 || size % group === 0) return;
  const isCertain = world.processes !== undefined;
  if (!isCertain && !world.isUnsaid) return;
  const message = isCertain
    ? t('An evaluation batch has {0} rows, which {1} answers to a question do not divide.', size, group)
    : t(
        'An evaluation batch has {0} rows on one process, which {1} answers to a question do not divide. For more processes, set NPROC_PER_NODE below ENV.',
        size,
        group,
      );
  yield finding(settings, context, {
    at: settings.firstEntry('num_generations_eval', 'per_device_eval_batch_size', 'num_generations'),
    message,
    severity: 'error',
    fixes: [
      ...divisorFix(settings, context, 'num_generations_eval', { group, size }),
      ...(isCertain ? [] : setTo(context, settings, 'per_device_eval_batch_size', group)),
    ],
  });
}

/** Known to evaluate while it trains. source: swift/arguments/sft_args.py: _init_eval_strategy */
function evaluates(settings: Settings): boolean {
  const strategy = settings.text('eval_strategy') ?? settings.text('save_strategy');
  if (
    typeof strategy !== 'string' ||
    !/^(?:steps|epoch)$/.test(strategy) ||
    settings.text('eval_strategy') === undefined
  )
    return false;
  if (settings.isGiven('val_dataset') || settings.isGiven('eval_dataset')) return true;
  const share = settings.number('split_dataset_ratio');
  return typeof share === 'number' && share > 0 && settings.isGiven('dataset') && settings.isOff('streaming');
}

/** Rows that one step after another takes from what was generated; undefined where that is not known. */
function generatedAtOnce(settings: Settings, processes: number): number | undefined {
  const rows = settings.number('per_device_train_batch_size');
  const steps = settings.number('steps_per_generation');
  const accumulation = settings.number('gradient_accumulation_steps');
  if (!rows || steps === undefined) return undefined;
  // Our own key sets the accumulation.
  if (steps === null && (accumulation === undefined || settings.isWritten('global_batch_size')))
    return undefined;
  return rows * processes * (steps ?? accumulation ?? 1);
}

interface Groups {
  readonly group: number;
  readonly size: number;
}

/** The largest group that comes out even and is no larger than what is asked for. */
function divisorFix(
  settings: Settings,
  context: RuleContext,
  name: string,
  { group, size }: Groups,
): readonly Fix[] {
  for (let count = Math.min(group, size, 64); count > 1; count -= 1) {
    if (size % count === 0) return setTo(context, settings, name, count);
  }
  return [];
}

function finding(
  settings: Settings,
  context: RuleContext,
  { at, ...rest }: Pick<RuleFinding, 'message' | 'severity' | 'fixes'> & { readonly at: Entry | undefined },
): RuleFinding {
  return at ? onValue(context, at, rest) : onConfig(context, settings, rest);
}
