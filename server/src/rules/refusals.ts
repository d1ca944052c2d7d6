/** Rules that are tables: a row for each combination that does not go, and the loop over the rows. */
import type { FindingSeverity } from '../../../protocol/src/finding.ts';
import type { Fix, RuleContext, RuleFinding } from './rule.ts';
import type { Settings } from './settings.ts';
import { onConfig, onValue, removeSettings, setTo } from './settings-rule.ts';

export interface Refusal {
  /** The first of these keys that is written carries the finding; the config as a whole where none is. */
  readonly at: readonly string[];
  /** Known to be wrong. */
  readonly when: (settings: Settings) => boolean;
  readonly message: (settings: Settings) => string;
  /** `error` where absent. */
  readonly severity?: FindingSeverity;
  /** Repairs, the likeliest first: a key with the value that makes it right, or a key alone to take out. */
  readonly fixes?: readonly (readonly [key: string, value: string | number | boolean] | string)[];
}

export function* refusals(
  rows: readonly Refusal[],
  settings: Settings,
  context: RuleContext,
): Generator<RuleFinding> {
  for (const row of rows) {
    if (!row.when(settings)) continue;
    const entry = settings.firstEntry(...row.at);
    const finding = {
      message: row.message(settings),
      severity: row.severity ?? ('error' as const),
      fixes: (row.fixes ?? []).flatMap((fix): readonly Fix[] =>
        typeof fix === 'string'
          ? removeSettings(context, settings, fix)
          : setTo(context, settings, fix[0], fix[1], entry),
      ),
    };
    yield entry ? onValue(context, entry, finding) : onConfig(context, settings, finding);
  }
}

/** Known to be above a number. */
export function isAbove(settings: Settings, name: string, least: number): boolean {
  const value = settings.number(name);
  return typeof value === 'number' && value > least;
}

/** Known to be below a number. */
export function isBelow(settings: Settings, name: string, most: number): boolean {
  const value = settings.number(name);
  return typeof value === 'number' && value < most;
}

/** Known to be one of these texts. */
export function isOneOf(settings: Settings, name: string, ...values: readonly string[]): boolean {
  const text = settings.text(name);
  return typeof text === 'string' && values.includes(text);
}
