/** A number outside the range in which it works, or far from what anybody uses. */
import { t } from '@vscode/l10n';
import { TASKS } from '../../../protocol/src/task.ts';
import { onValue, settingsRule } from './settings-rule.ts';
import { type Bounds, isWithin, VALUE_RANGES } from './value-ranges.ts';

export const unlikelyValue = settingsRule({
  id: 'unlikely-value',
  tasks: TASKS,
  *check(settings, context) {
    for (const [name, { valid, usual, special, isRefused }] of VALUE_RANGES) {
      const entry = settings.entry(name);
      const value = entry && settings.number(name);
      if (!entry || typeof value !== 'number' || special?.includes(value)) continue;
      if (!isWithin(value, valid)) {
        yield onValue(context, entry, {
          message: t('{0} has to be {1}.', name, inWords(valid)),
          severity: isRefused ? 'error' : 'warning',
        });
      } else if (usual && !isWithin(value, usual)) {
        yield onValue(context, entry, {
          message: t('{0} {1} is unusual; as a rule it is {2}.', name, String(value), inWords(usual)),
          severity: 'information',
        });
      }
    }
  },
});

function inWords({ least, above, most, below }: Bounds): string {
  const low =
    least !== undefined ? t('at least {0}', least) : above !== undefined ? t('above {0}', above) : undefined;
  const high =
    most !== undefined ? t('at most {0}', most) : below !== undefined ? t('below {0}', below) : undefined;
  return low !== undefined && high !== undefined ? t('{0} and {1}', low, high) : (low ?? high ?? '');
}
