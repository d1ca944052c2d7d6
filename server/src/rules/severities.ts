/** How grave a person wants findings to be told, rule by rule. */
import { type FindingSeverity, FindingSeverity as Severity } from '../../../protocol/src/finding.ts';
import type { NamedFinding } from './rule.ts';

export type WantedSeverity = FindingSeverity | 'off';

/** By rule id; what is not named is told as the rule says. */
export type Severities = ReadonlyMap<string, WantedSeverity>;

export const AS_THE_RULES_SAY: Severities = new Map();

/** Reads a person's settings. Words that are no severity are passed over. */
export function severitiesOf(settings: Readonly<Record<string, unknown>>): Severities {
  return new Map(
    Object.entries(settings).flatMap(([id, word]) => {
      const wanted = word === 'off' ? 'off' : Severity.safeParse(word).data;
      return wanted === undefined ? [] : [[id, wanted] as const];
    }),
  );
}

/** The findings as they are wanted; those of a rule that is off are gone. */
export function asWanted(findings: readonly NamedFinding[], severities: Severities): readonly NamedFinding[] {
  if (severities.size === 0) return findings;
  return findings.flatMap((finding) => {
    const wanted = severities.get(finding.id) ?? finding.severity;
    return wanted === 'off' ? [] : [{ ...finding, severity: wanted }];
  });
}
