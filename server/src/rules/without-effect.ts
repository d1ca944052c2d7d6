/** Keys that nothing reads in this combination. */
import { t } from '@vscode/l10n';
import { TASKS } from '../../../protocol/src/task.ts';
import type { Entry } from '../text/nodes.ts';
import { DORMANT, type Dormant } from './effects.ts';
import type { RuleContext, RuleFinding } from './rule.ts';
import type { Settings } from './settings.ts';
import { onKey, removeSettings, setTo, settingsRule } from './settings-rule.ts';

export const withoutEffect = settingsRule({
  id: 'without-effect',
  tasks: TASKS,
  *check(settings, context) {
    const said = new Set<Entry>();
    for (const dormant of DORMANT) {
      if (!dormant.tasks.includes(settings.task)) continue;
      const written = dormant.keys.flatMap((key) => writtenUnder(settings, key));
      if (written.length === 0 || !dormant.isIdle(settings)) continue;
      for (const { name, entry } of written) {
        if (said.has(entry)) continue;
        said.add(entry);
        yield findingFor(settings, context, dormant, { name, entry });
      }
    }
  },
});

interface Written {
  readonly name: string;
  readonly entry: Entry;
}

/** The entries of a key, or of all keys that begin so. */
function writtenUnder(settings: Settings, key: string): readonly Written[] {
  if (!key.endsWith('_')) {
    const entry = settings.has(key) ? settings.entry(key) : undefined;
    return entry ? [{ name: key, entry }] : [];
  }
  return (settings.root?.entries ?? []).flatMap((entry) =>
    entry.name.startsWith(key) && settings.has(entry.name) && settings.entry(entry.name) === entry
      ? [{ name: entry.name, entry }]
      : [],
  );
}

function findingFor(
  settings: Settings,
  context: RuleContext,
  { cause, wake }: Dormant,
  { name, entry }: Written,
): RuleFinding {
  const value = settings.texts(cause)?.join(', ');
  const isOff = value === undefined || value === '' || settings.isOff(cause);
  const waking = wake === undefined ? [] : setTo(context, settings, cause, wake, entry);
  return onKey(entry, {
    message: isOff
      ? t('{0} has no effect without {1}.', name, cause)
      : t('{0} has no effect while {1} is {2}.', name, cause, value),
    severity: 'information',
    isUnused: true,
    fixes: [...removeSettings(context, settings, name), ...waking],
  });
}
