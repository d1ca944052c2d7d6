/** Benchmarks that the evaluator does not know. source: swift/arguments/eval_args.py: _init_eval_dataset */
import { t } from '@vscode/l10n';
import type { ConfigNode } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import { nearestNames } from './nearest.ts';
import { isOneOf } from './refusals.ts';
import type { RuleContext } from './rule.ts';
import { settingsRule } from './settings-rule.ts';
import { writtenForEngine } from './written.ts';

export const evalDatasetUnknown = settingsRule({
  id: 'eval-dataset-unknown',
  tasks: ['eval'],
  *check(settings, context) {
    const entry = settings.entry('eval_dataset');
    // What the other evaluators know is not in the schema.
    if (!entry || !isOneOf(settings, 'eval_backend', 'Native') || !settings.isGiven('eval_dataset')) return;
    // A plugin may register benchmarks of its own.
    if (!settings.isNone('external_plugins') || !settings.isNone('custom_register_path')) return;
    const known = context.lookup.schema.registries.benchmarks.map(({ name }) => name);
    if (known.length === 0) return;
    const lowered = new Set(known.map((name) => name.toLowerCase()));
    const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
    for (const [index, node] of nodes.entries()) {
      const name = node.kind === 'scalar' ? pythonText(node.value) : undefined;
      if (name === undefined || lowered.has(name.toLowerCase())) continue;
      const near = nearestNames(name, known);
      yield {
        message:
          near[0] === undefined
            ? t('{0} is none of the benchmarks that this evaluator knows.', name)
            : t('{0} is none of the benchmarks that this evaluator knows. Did you mean {1}?', name, near[0]),
        path: entry.value.kind === 'list' ? [entry.name, index] : [entry.name],
        range: node.range,
        severity: 'error',
        fixes: near.map((other) => changeTo(context, node, other)),
      };
    }
  },
});

function changeTo({ document }: RuleContext, node: ConfigNode, name: string) {
  const newText = writtenForEngine(name, document.format);
  return { title: t('Change to {0}', newText), edits: [{ range: node.range, newText }] };
}
