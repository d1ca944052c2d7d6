/** How a model's context is stretched. source: swift/arguments/base_args/model_args.py: _init_rope_scaling */
import { t } from '@vscode/l10n';
import type { ConfigNode, MappingNode } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import { looksAtModel, mayLoadArguments } from './loading.ts';
import { onValue, PLAIN_TASKS, setTo, settingsRule } from './settings-rule.ts';

const NAMES: readonly string[] = ['linear', 'dynamic', 'yarn'];

export const ropeScaling = settingsRule({
  id: 'rope-scaling',
  tasks: PLAIN_TASKS,
  *check(settings, context) {
    const entry = settings.entry('rope_scaling');
    const text = settings.text('rope_scaling');
    if (!entry || !text || !looksAtModel(settings)) return;
    const isWord = entry.value.kind === 'scalar' && /^[A-Za-z][\w-]*$/.test(text);
    if (isWord && context.files?.has(text)) return;
    if (isWord && !NAMES.includes(text)) {
      yield onValue(context, entry, {
        message: t('{0} is not one of {1}. More is written as JSON.', text, NAMES.join(', ')),
        severity: 'error',
        fixes: NAMES.flatMap((name) => setTo(context, settings, 'rope_scaling', name)),
      });
      return;
    }
    const name = isWord ? text : nameWithoutFactor(entry.value);
    if (name === undefined || !settings.isNone('max_model_len') || mayLoadArguments(settings, context))
      return;
    yield onValue(context, entry, {
      message: t('rope_scaling {0} needs to know how long: set max_model_len.', name),
      severity: 'error',
    });
  },
});

/** What a mapping asks for that does not say by how much; undefined where it does, or asks for nothing. */
function nameWithoutFactor(node: ConfigNode): string | undefined {
  const values = node.kind === 'mapping' ? fromMapping(node) : fromJson(node);
  const name = values?.get('rope_type') ?? values?.get('type') ?? 'default';
  return !values || values.has('factor') || name === 'default' ? undefined : name;
}

function fromMapping({ entries }: MappingNode): ReadonlyMap<string, string> {
  return new Map(
    entries.map(({ name, value }) => [name, value.kind === 'scalar' ? pythonText(value.value) : '']),
  );
}

function fromJson(node: ConfigNode): ReadonlyMap<string, string> | undefined {
  if (node.kind !== 'scalar') return undefined;
  try {
    const value: unknown = JSON.parse(pythonText(node.value));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value).map(([name, inner]) => [name, String(inner)]));
  } catch {
    // The engine repairs what is not quite JSON, or refuses it.
    return undefined;
  }
}
