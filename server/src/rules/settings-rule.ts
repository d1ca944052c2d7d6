/** Rules about several keys together: how one is declared, and how it says what is wrong. */
import { t } from '@vscode/l10n';
import { TASKS, type Task, TRAINING_TASKS } from '../../../protocol/src/task.ts';
import { lineAt } from '../text/lines.ts';
import type { Entry } from '../text/nodes.ts';
import { rangeToMark } from './places.ts';
import { removalOf } from './removal.ts';
import type { Fix, Rule, RuleContext, RuleFinding } from './rule.ts';
import type { Settings } from './settings.ts';
import { writtenForEngine, writtenKey } from './written.ts';

/** The training tasks that the engine runs by itself, without Megatron. */
export const PLAIN_TRAINING_TASKS: readonly Task[] = TRAINING_TASKS.filter(
  (task) => !task.startsWith('megatron-'),
);

/** Every task that the engine runs by itself, without Megatron. */
export const PLAIN_TASKS: readonly Task[] = TASKS.filter(
  (task) => task !== 'download' && !task.startsWith('megatron-'),
);

export interface SettingsRule {
  readonly id: string;
  /** Tasks whose configs the rule judges; it never sees another. */
  readonly tasks: readonly Task[];
  check(settings: Settings, context: RuleContext): Iterable<RuleFinding>;
}

/** A rule that needs to know what the whole config tells the engine. It is passed over where that is not known. */
export function settingsRule({ id, tasks, check }: SettingsRule): Rule {
  return {
    id,
    needs: 'keys',
    isCheap: false,
    *check(context) {
      const settings = context.settings();
      if (settings && tasks.includes(settings.task)) yield* check(settings, context);
    },
  };
}

/** A finding on an entry's value. */
export function onValue(
  { document }: RuleContext,
  entry: Entry,
  finding: Pick<RuleFinding, 'message' | 'severity' | 'fixes' | 'isUnused'>,
): RuleFinding {
  const range = rangeToMark(document.text, { node: entry.value, entry });
  return { ...finding, path: [entry.name], range };
}

/** A finding on an entry's key. */
export function onKey(
  entry: Entry,
  finding: Pick<RuleFinding, 'message' | 'severity' | 'fixes' | 'isUnused'>,
): RuleFinding {
  return { ...finding, path: [entry.name], range: entry.keyRange };
}

/** A finding on the config as a whole, such as a key that it lacks: the line of its first key. */
export function onConfig(
  { document }: RuleContext,
  settings: Settings,
  finding: Pick<RuleFinding, 'message' | 'severity' | 'fixes'>,
): RuleFinding {
  const first = settings.root?.entries.find((entry) => !entry.isMerged);
  const range = first?.keyRange ?? lineAt(document.text, document.root?.range.start ?? 0);
  return { ...finding, path: [], range };
}

/** The fix that takes keys out, those that are written and can be. */
export function removeSettings(
  { document }: RuleContext,
  settings: Settings,
  ...names: readonly string[]
): readonly Fix[] {
  return names.flatMap((name) => {
    const entry = settings.entry(name);
    return entry ? removalOf(document, entry) : [];
  });
}

/** The fix that makes an argument have a value: changes what is written, or writes it in a line above `beside`. */
export function setTo(
  { document }: RuleContext,
  settings: Settings,
  name: string,
  value: string | number | boolean,
  beside: Entry | undefined = settings.root?.entries.findLast((entry) => !entry.isMerged),
): readonly Fix[] {
  const entry = settings.entry(name);
  const text = typeof value === 'string' ? writtenForEngine(value, document.format) : String(value);
  if (entry) {
    if (entry.isMerged) return [];
    const isEmpty = entry.value.range.end <= entry.value.range.start;
    const newText = isEmpty ? ` ${text}` : text;
    return [
      { title: t('Change to {0}', `${name}: ${text}`), edits: [{ range: entry.value.range, newText }] },
    ];
  }
  if (!beside || beside.isMerged || settings.root?.isFlow) return [];
  const { start } = beside.keyRange;
  const line = lineAt(document.text, start);
  const indentation = document.text.slice(line.start, start);
  if (indentation.trim() !== '') return [];
  const newText = `${indentation}${writtenKey(name, document.format)}: ${text}${document.format === 'json' ? ',' : ''}\n`;
  const range = { start: line.start, end: line.start };
  return [{ title: t('Add {0}', `${name}: ${text}`), edits: [{ range, newText }] }];
}
