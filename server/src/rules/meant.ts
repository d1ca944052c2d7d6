/** Whether a key that the task lacks was probably meant for one that it has. */
import { nearestNames } from './nearest.ts';
import { passesOverUnknown } from './places.ts';
import { KEY_RENAMES } from './renames.ts';
import type { RuleContext } from './rule.ts';
import type { Settings } from './settings.ts';

/** True where some unknown key stands for `name`, so that the one finding on that key says enough. */
export function isMeantBySomeKey(context: RuleContext, settings: Settings, name: string): boolean {
  const { subject } = context;
  // Passed over, an unknown key is no error, and what is missing stays missing.
  if (subject.kind !== 'config' || passesOverUnknown(context)) return false;
  const { root, abbreviations } = subject;
  return (settings.root?.entries ?? []).some((entry) => {
    if (root.fields.has(entry.name) || abbreviations.keyFor(entry.name) !== undefined) return false;
    return KEY_RENAMES.get(entry.name) === name || nearestNames(entry.name, [name]).length > 0;
  });
}
