/** The best checkpoint is known only where saving and evaluating go together. source: transformers/training_args.py: _validate_args */
import { t } from '@vscode/l10n';
import { type Evaluation, evaluationOf } from './evaluation.ts';
import type { RuleContext, RuleFinding } from './rule.ts';
import type { Settings } from './settings.ts';
import {
  onConfig,
  onValue,
  PLAIN_TRAINING_TASKS,
  removeSettings,
  setTo,
  settingsRule,
} from './settings-rule.ts';

const STRATEGIES: ReadonlySet<string> = new Set(['no', 'steps', 'epoch', 'best']);

export const bestModel = settingsRule({
  id: 'best-model',
  tasks: PLAIN_TRAINING_TASKS,
  *check(settings, context) {
    const evaluation = evaluationOf(settings);
    const saving = settings.text('save_strategy');
    if (!evaluation || typeof saving !== 'string') return;
    // What is no strategy at all is another rule's finding.
    if (!STRATEGIES.has(evaluation.asked)) return;
    if (saving === 'best') yield* savedByEvaluation(settings, context, evaluation);
    else if (settings.isOn('load_best_model_at_end'))
      yield* loadedAtEnd(settings, context, { evaluation, saving });
  },
});

function* savedByEvaluation(
  settings: Settings,
  context: RuleContext,
  evaluation: Evaluation,
): Generator<RuleFinding> {
  const entry = settings.entry('save_strategy');
  if (!entry) return;
  if (evaluation.hasData && settings.isNone('eval_strategy')) {
    yield onValue(context, entry, {
      message: t('With save_strategy best, say when to evaluate. Set eval_strategy to steps or epoch.'),
      severity: 'error',
      fixes: ['epoch', 'steps'].flatMap((value) => setTo(context, settings, 'eval_strategy', value, entry)),
    });
  } else if (evaluation.strategy === 'no') {
    yield onValue(context, entry, {
      message: t('Without an evaluation no checkpoint is the best, and none is saved.'),
      severity: 'warning',
      fixes: [...setTo(context, settings, 'save_strategy', 'epoch')],
    });
  }
}

function* loadedAtEnd(
  settings: Settings,
  context: RuleContext,
  { evaluation, saving }: { readonly evaluation: Evaluation; readonly saving: string },
): Generator<RuleFinding> {
  const wish = settings.entry('load_best_model_at_end');
  if (!wish) return;
  if (evaluation.strategy !== saving) {
    const strategies = settings.entry('eval_strategy') ?? settings.entry('save_strategy') ?? wish;
    yield evaluation.hasData
      ? onValue(context, strategies, {
          message: t(
            'load_best_model_at_end needs checkpoints when it evaluates: eval_strategy is {0} and save_strategy {1}.',
            evaluation.strategy,
            saving,
          ),
          severity: 'error',
          fixes: [
            ...(saving === 'no' ? [] : setTo(context, settings, 'eval_strategy', saving, wish)),
            ...setTo(context, settings, 'load_best_model_at_end', false),
          ],
        })
      : onValue(context, wish, {
          message: t(
            'load_best_model_at_end needs an evaluation, and there is no data for one. Name a val_dataset or set split_dataset_ratio.',
          ),
          severity: 'error',
          fixes: removeSettings(context, settings, 'load_best_model_at_end'),
        });
    return;
  }
  if (evaluation.strategy !== 'steps') return;
  const saves = settings.number('save_steps');
  const written = settings.number('eval_steps');
  if (typeof saves !== 'number' || typeof written !== 'number' || written <= 0 || isMultiple(saves, written))
    return;
  const finding = {
    message: t(
      'load_best_model_at_end needs an evaluation at every checkpoint: save_steps {0} is no multiple of eval_steps {1}.',
      saves,
      written,
    ),
    severity: 'error' as const,
    fixes: setTo(context, settings, 'eval_steps', saves),
  };
  const entry = settings.firstEntry('save_steps', 'eval_steps');
  yield entry ? onValue(context, entry, finding) : onConfig(context, settings, finding);
}

function isMultiple(saves: number, evaluates: number): boolean {
  if (saves % evaluates === 0) return true;
  if (saves >= 1 || evaluates >= 1) return false;
  const LARGE = 1_000_000;
  return (saves * LARGE) % (evaluates * LARGE) === 0;
}
