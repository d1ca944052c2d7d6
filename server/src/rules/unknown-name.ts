/** Names of things that the engine looks up in a list of its own, where its parser takes any text. */
import { t } from '@vscode/l10n';
import type { FindingSeverity } from '../../../protocol/src/finding.ts';
import * as known from '../schema/known-names.ts';
import type { SchemaLookup } from '../schema/lookup.ts';
import type { ScalarNode } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import { evaluationOf } from './evaluation.ts';
import { looksAtModel } from './loading.ts';
import { nearestNames } from './nearest.ts';
import { rangeToMark } from './places.ts';
import { removalOf } from './removal.ts';
import type { Fix, RuleContext } from './rule.ts';
import type { Settings } from './settings.ts';
import { PLAIN_TASKS, settingsRule } from './settings-rule.ts';
import { writtenForEngine } from './written.ts';

interface NamedThing {
  readonly key: string;
  names(context: RuleContext): readonly string[];
  /** Undefined where the name is not looked up in this config. */
  severity(settings: Settings, context: RuleContext): FindingSeverity | undefined;
  /** Whether code of the person's own may add to the list. */
  readonly isOpen: boolean;
  /** What is no name of the list, and yet taken. */
  readonly isTaken?: (name: string) => boolean;
}

const isTraining = (settings: Settings): boolean => settings.has('save_strategy');
const warningInTraining = (settings: Settings): FindingSeverity | undefined =>
  isTraining(settings) ? 'warning' : undefined;
const errorWhereRead = (settings: Settings): FindingSeverity | undefined =>
  looksAtModel(settings) ? 'error' : undefined;

const THINGS: readonly NamedThing[] = [
  // source: swift/model/model_meta.py: _get_model_info
  {
    key: 'model_type',
    names: ({ lookup }) => lookup.schema.registries.modelTypes.map(({ name }) => name),
    severity: errorWhereRead,
    isOpen: true,
  },
  ...['ref_model_type', 'reward_model_type', 'teacher_model_type'].map((key) => ({
    key,
    names: ({ lookup }: RuleContext) => lookup.schema.registries.modelTypes.map(({ name }) => name),
    severity: warningInTraining,
    isOpen: true,
  })),
  // source: swift/template/template_meta.py
  {
    key: 'template',
    names: ({ lookup }) => lookup.schema.registries.templates,
    severity: errorWhereRead,
    isOpen: true,
  },
  // source: transformers/training_args.py: __post_init__
  {
    key: 'lr_scheduler_type',
    names: () => known.SCHEDULES,
    severity: (settings, { lookup }) =>
      isTraining(settings) ? (isKnownTrainer(lookup) ? 'error' : 'warning') : undefined,
    isOpen: false,
  },
  {
    key: 'eval_strategy',
    names: () => known.STRATEGIES,
    // Without data to evaluate on it is not looked at.
    severity: (settings) =>
      isTraining(settings) ? (evaluationOf(settings)?.hasData ? 'error' : 'warning') : undefined,
    isOpen: false,
  },
  // source: swift/arguments/export_args.py: test_convert_dtype is looked up in torch
  {
    key: 'test_convert_dtype',
    names: () => ['float32', 'bfloat16', 'float16'],
    severity: () => 'error',
    isOpen: false,
    isTaken: (name) => !/^(?:fp\d+|bf\d+|B?FLOAT\d+|None|\{…\})$/.test(name),
  },
  // source: swift/pipelines/train/tuner.py: prepare_adapter
  { key: 'tuner_type', names: () => known.REGISTERED_TUNERS, severity: warningInTraining, isOpen: true },
  // source: swift/trainers/mixin.py
  { key: 'optimizer', names: () => known.OPTIMIZERS, severity: warningInTraining, isOpen: true },
  { key: 'eval_metric', names: () => known.METRICS, severity: warningInTraining, isOpen: true },
  { key: 'callbacks', names: () => known.CALLBACKS, severity: warningInTraining, isOpen: true },
  {
    key: 'loss_type',
    names: () => known.LOSSES,
    severity: (settings) => (settings.task === 'sft' || settings.task === 'pt' ? 'warning' : undefined),
    isOpen: true,
  },
  { key: 'report_to', names: () => known.REPORTERS, severity: warningInTraining, isOpen: true },
  // source: swift/template/base.py: agent_template
  { key: 'agent_template', names: () => known.AGENT_TEMPLATES, severity: () => 'warning', isOpen: true },
  // source: swift/model/utils.py: update_attn_impl; transformers takes kernels of a hub, too
  {
    key: 'attn_impl',
    names: () => known.ATTENTIONS,
    severity: () => 'warning',
    isOpen: true,
    isTaken: (name) => /[/|:]/.test(name),
  },
  // source: swift/loss_scale/mapping.py: get_loss_scale
  {
    key: 'loss_scale',
    names: () => known.LOSS_SCALES,
    severity: warningInTraining,
    isOpen: true,
    isTaken: isChainOfScales,
  },
];

/** Another version of transformers may know more names. */
function isKnownTrainer({ schema }: SchemaLookup): boolean {
  return schema.packages.transformers?.startsWith('5.19.') ?? false;
}

export const unknownName = settingsRule({
  id: 'unknown-name',
  tasks: PLAIN_TASKS,
  *check(settings, context) {
    // What these files register is not known here.
    const hasOwnCode = ['external_plugins', 'custom_register_path'].some((name) => !settings.isNone(name));
    for (const thing of THINGS) {
      const entry = settings.entry(thing.key);
      if (!entry || (thing.isOpen && hasOwnCode) || settings.texts(thing.key) === undefined) continue;
      const severity = thing.severity(settings, context);
      if (severity === undefined) continue;
      const { value } = entry;
      const names = thing.names(context);
      for (const [index, node] of (value.kind === 'list' ? value.items : [value]).entries()) {
        // A mapping becomes a text of JSON, which is no name.
        const text = node.kind === 'scalar' ? pythonText(node.value) : '{…}';
        if (node.kind === 'list') continue;
        if (names.includes(text) || thing.isTaken?.(text)) continue;
        const isEmpty = node.kind === 'scalar' && node.value.type === 'null';
        yield {
          message: isEmpty
            ? t(
                'An empty {0} is the name None to the engine, which it does not know. Remove the line to keep the default.',
                thing.key,
              )
            : t('The engine knows no {0} {1}.', thing.key, text),
          path: value.kind === 'list' ? [entry.name, index] : [entry.name],
          range: rangeToMark(context.document.text, { node, entry }),
          severity,
          fixes: isEmpty
            ? removalOf(context.document, entry)
            : node.kind === 'scalar'
              ? likely(text, names).map((name) => changeTo(context, node, name))
              : [],
        };
      }
    }
  },
});

/** One base strategy, and then scales that work one after the other. */
function isChainOfScales(text: string): boolean {
  const [first = '', ...others] = text.split('+');
  const { LOSS_SCALES, LOSS_STRATEGIES } = known;
  return (
    LOSS_SCALES.includes(first) &&
    others.every((part) => LOSS_SCALES.includes(part) && !LOSS_STRATEGIES.includes(part))
  );
}

/** The names that are meant, by the way they are written; all of them where there are few. */
function likely(text: string, names: readonly string[]): readonly string[] {
  const word = text.replace(/^fp(?=\d)/, 'float').replace(/^bf(?=\d)/, 'bfloat');
  const exact = names.filter((name) => name === word.toLowerCase());
  const few = names.length <= 4 ? names : [];
  return [...new Set([...exact, ...nearestNames(text, names), ...few])];
}

function changeTo({ document }: RuleContext, node: ScalarNode, name: string): Fix {
  const newText = writtenForEngine(name, document.format);
  return { title: t('Change to {0}', newText), edits: [{ range: node.range, newText }] };
}
