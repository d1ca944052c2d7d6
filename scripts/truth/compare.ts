/** The server's verdict on a config, and how it stands beside the engine's. */

import { ruleContext } from '../../server/src/rules/context.ts';
import { runRules } from '../../server/src/rules/index.ts';
import type { NamedFinding } from '../../server/src/rules/rule.ts';
import type { SchemaLookup } from '../../server/src/schema/lookup.ts';
import { readConfig } from '../../server/src/text/document.ts';
import type { Item } from './item.ts';
import type { Verdict } from './judge.ts';

export type Outcome =
  | 'agreed'
  | 'false-error'
  | 'caught'
  | 'wrong-line'
  | 'missed'
  /** The engine refuses because of this machine, so nobody knows. */
  | 'undecided';

export interface Comparison {
  readonly item: Item;
  readonly verdict: Verdict;
  readonly outcome: Outcome;
  /** The server's errors: rule, line and message. */
  readonly errors: readonly string[];
  /** Whether the first fix of a typo brings back what was meant; undefined where the item is no refused typo. */
  readonly isIntendedFirst?: boolean;
}

/** The rules' findings on a config; throws where a rule fails. */
export function findingsOf({ task, text, format }: Item, lookup: SchemaLookup): readonly NamedFinding[] {
  const schema = lookup.task(task);
  if (!schema) throw new Error(`The schema has no task ${task}.`);
  const context = ruleContext(readConfig(text, format), { kind: 'config', ...schema }, lookup);
  return runRules(context, (rule, error) => {
    throw new Error(`The rule ${rule.id} failed on: ${text}`, { cause: error });
  });
}

export function compare(item: Item, verdict: Verdict, lookup: SchemaLookup): Comparison {
  const findings = findingsOf(item, lookup);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const outcome = outcomeOf(item, verdict, errors);
  const isTypo = item.intended !== undefined && verdict.stage === 'parser';
  return {
    item,
    verdict,
    outcome,
    errors: errors.map(
      ({ id, range, message }) => `${id}, line ${lineOf(item.text, range.start)}: ${message}`,
    ),
    ...(isTypo ? { isIntendedFirst: bringsBack(item, findings) } : {}),
  };
}

function outcomeOf(item: Item, verdict: Verdict, errors: readonly NamedFinding[]): Outcome {
  if (verdict.machine !== undefined) return 'undecided';
  if (verdict.stage === 'accepted') return errors.length > 0 ? 'false-error' : 'agreed';
  if (errors.length === 0) return 'missed';
  const lines = linesConcerned(item, verdict);
  if (lines.size === 0) return 'caught';
  return errors.some(({ range }) => lines.has(lineOf(item.text, range.start))) ? 'caught' : 'wrong-line';
}

/** A word of so many letters is no part of a sentence by chance. */
const SURELY_A_NAME = 8;

/** The lines of the keys that were varied or that the engine names; none where the refusal is about no key of the file. */
function linesConcerned({ text, keys }: Item, { key, message, stage }: Verdict): ReadonlySet<number> {
  if (stage === 'yaml')
    return new Set(Array.from(message.matchAll(/line (\d+)/g), ([, line]) => Number(line)));
  const texts = text.split(/\r\n|\r|\n/);
  const named = new Set([...keys, ...(key === undefined ? [] : [key])]);
  const lines = new Set<number>();
  let isConcerned = false;
  texts.forEach((line, index) => {
    const written = /^\uFEFF?["']?([A-Za-z_][\w-]*)["']?\s*:/.exec(line)?.[1];
    if (written !== undefined) {
      // A longer name tells of the shorter one too: num_generations_eval is num_generations where it is not set.
      const end = written.length >= SURELY_A_NAME ? '' : '\\b';
      const isNamed = stage === 'class' && new RegExp(`\\b${written}${end}`).test(message);
      isConcerned = named.has(written) || isNamed;
    }
    if (isConcerned) lines.add(index + 1);
  });
  return lines;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}

/** Whether the first fix on the misspelled line gives the text that was meant. */
function bringsBack({ text, intended, keys }: Item, findings: readonly NamedFinding[]): boolean {
  const finding = findings.find(({ id, path }) => id === 'unknown-key' && keys.includes(String(path.at(-1))));
  const fix = finding?.fixes?.[0];
  if (!fix) return false;
  const edits = [...fix.edits].sort((a, b) => b.range.start - a.range.start);
  const fixed = edits.reduce(
    (result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end),
    text,
  );
  return withoutKeyQuotes(fixed) === withoutKeyQuotes(intended ?? '');
}

/** A fix writes a name without the quotes that it needs not. */
function withoutKeyQuotes(text: string): string {
  return text.replaceAll(/^(["'])([\w-]+)\1(?=\s*:)/gm, '$2');
}
