/** What a comparison found, as a table for people and as one line for programs. */
import type { Comparison, Outcome } from './compare.ts';
import { grouped } from './item.ts';

export interface Totals {
  readonly accepted: number;
  readonly falseErrors: number;
  readonly refused: number;
  readonly caughtOnLine: number;
  readonly typos: number;
  readonly intendedFixFirst: number;
}

const COLUMNS: readonly Outcome[] = ['agreed', 'false-error', 'caught', 'wrong-line', 'missed', 'undecided'];

export function totalsOf(comparisons: readonly Comparison[]): Totals {
  const count = (...outcomes: readonly Outcome[]) =>
    comparisons.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const typos = comparisons.filter(({ isIntendedFirst }) => isIntendedFirst !== undefined);
  return {
    accepted: count('agreed', 'false-error'),
    falseErrors: count('false-error'),
    refused: count('caught', 'wrong-line', 'missed'),
    caughtOnLine: count('caught'),
    typos: typos.length,
    intendedFixFirst: typos.filter(({ isIntendedFirst }) => isIntendedFirst).length,
  };
}

/** The least share of refusals that is caught on the line of the key, and of typos that are mended by the first fix. */
const AGREED = { caughtOnLine: 0.98, intendedFixFirst: 0.97 };

export interface Check {
  readonly name: string;
  readonly isPassed: boolean;
}

/** What must hold of the totals, one entry each. */
export function checksOf(totals: Totals): readonly Check[] {
  const { accepted, falseErrors, refused, caughtOnLine, typos, intendedFixFirst } = totals;
  return [
    {
      name: 'some configs are accepted and some refused',
      isPassed: accepted > 20 && refused > 20 && typos > 20,
    },
    { name: 'no error where the engine accepts', isPassed: falseErrors === 0 },
    { name: 'refusals are caught on their line', isPassed: caughtOnLine >= AGREED.caughtOnLine * refused },
    {
      name: 'the first fix of a typo is what was meant',
      isPassed: intendedFixFirst >= AGREED.intendedFixFirst * typos,
    },
  ];
}

/** The families of kinds in a table, then the first examples of whatever the two do not agree on. */
export function reportOf(comparisons: readonly Comparison[], examples: number): string {
  const groups = grouped(comparisons, ({ item }) => item.kind);
  const width = Math.max(8, ...[...groups.keys()].map((kind) => kind.length));
  const header = ['kind'.padEnd(width), ...COLUMNS.map((column) => column.padStart(11))].join(' ');
  const rows = [...groups].map(([kind, members]) => {
    const counts = COLUMNS.map((column) => members.filter(({ outcome }) => outcome === column).length);
    return [kind.padEnd(width), ...counts.map((number) => String(number || '').padStart(11))].join(' ');
  });
  const sections = (['false-error', 'missed', 'wrong-line'] as const).map((outcome) =>
    sectionOf(outcome, comparisons, examples),
  );
  const typos = comparisons.filter(({ isIntendedFirst }) => isIntendedFirst === false);
  const misread = [
    `\nTypos whose first fix is not what was meant: ${typos.length}`,
    ...typos.slice(0, examples).map(({ item }) => `  ${item.name}: ${item.keys.join(', ')}`),
  ];
  return [header, ...rows, ...sections.flat(), ...misread].join('\n');
}

function sectionOf(
  outcome: Outcome,
  comparisons: readonly Comparison[],
  examples: number,
): readonly string[] {
  const found = comparisons.filter((comparison) => comparison.outcome === outcome);
  if (found.length === 0) return [];
  const classes = grouped(found, classOf);
  const sorted = [...classes].sort(([, a], [, b]) => b.length - a.length);
  return [
    `\n${outcome}: ${found.length}, in ${classes.size} classes`,
    ...sorted.flatMap(([name, members]) => [
      `  ${members.length} × ${name}`,
      ...members.slice(0, examples).map((member) => `      ${exampleOf(member)}`),
    ]),
  ];
}

/** What false errors have in common is the rule that gave them; what misses have in common is what the engine says. */
function classOf({ outcome, verdict, errors }: Comparison): string {
  if (outcome === 'false-error') return (errors[0] ?? '').replace(/, line.*$/s, '');
  return `${verdict.stage}: ${verdict.message.replaceAll(/'[^']*'|\d+(?:\.\d+)?/g, '…').slice(0, 110)}`;
}

function exampleOf({ item, verdict, outcome, errors }: Comparison): string {
  const said = outcome === 'missed' ? verdict.message.slice(0, 160) : errors.slice(0, 2).join(' | ');
  const lines = item.text.split('\n').filter((line) => item.keys.some((key) => line.includes(key)));
  return `[${item.task}] ${item.name} {${lines.join('; ').slice(0, 160)}} → ${said.replaceAll('\n', ' ')}`;
}
