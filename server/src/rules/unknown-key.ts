/** A key that nobody reads, with the name that was probably meant. */
import { t } from '@vscode/l10n';
import type { SchemaArgument } from '../../../protocol/src/schema.ts';
import type { Entry } from '../text/nodes.ts';
import { nearestNames } from './nearest.ts';
import { type MappingPlace, mappingsOf, passesOverUnknown } from './places.ts';
import { removalOf } from './removal.ts';
import { KEY_RENAMES } from './renames.ts';
import type { Fix, Rule, RuleContext, RuleFinding } from './rule.ts';
import { FLAG_MEANINGS, successorsOf } from './task-renames.ts';
import { writtenForEngine, writtenKey } from './written.ts';

/** Looking for the nearest name costs about half a millisecond a key. */
const MAX_KEYS_WITH_SUGGESTIONS = 30;

export const unknownKey: Rule = {
  id: 'unknown-key',
  needs: 'keys',
  isCheap: true,
  *check(context) {
    let count = 0;
    for (const place of mappingsOf(context)) {
      const isIgnored = place.path.length === 0 && passesOverUnknown(context);
      const present = new Set(place.node.entries.map((entry) => entry.name));
      for (const entry of place.node.entries) {
        if (place.shape.fields.has(entry.name)) continue;
        count += 1;
        const suggests = count <= MAX_KEYS_WITH_SUGGESTIONS;
        yield findingFor(context, place, { entry, suggests, isIgnored, present });
      }
    }
  },
};

interface UnknownEntry {
  readonly entry: Entry;
  readonly suggests: boolean;
  /** The engine was told to pass over what it does not know. */
  readonly isIgnored: boolean;
  /** Names of the keys beside it. */
  readonly present: ReadonlySet<string>;
}

function findingFor(
  context: RuleContext,
  place: MappingPlace,
  { entry, suggests, isIgnored, present }: UnknownEntry,
): RuleFinding {
  const { subject } = context;
  const isTopLevel = place.path.length === 0;
  const bent = subject.kind === 'config' && isTopLevel ? subject.abbreviations.keyFor(entry.name) : undefined;
  const names = bent ? [bent] : suggests ? candidates(context, entry.name, place) : [];
  return {
    message: messageFor(context, { entry, place, bent, nearest: names[0] }),
    path: [...place.path, entry.name],
    range: entry.keyRange,
    severity: bent !== undefined || isIgnored || isNegation(place, entry) ? 'warning' : 'error',
    fixes: fixesFor(context, { entry, place, names, present }),
  };
}

/** Names that were probably meant: a known successor first, then what is spelled alike. */
function candidates({ subject, lookup }: RuleContext, name: string, place: MappingPlace): readonly string[] {
  const { fields } = place.shape;
  const isTopLevel = place.path.length === 0 && subject.kind === 'config';
  const task = isTopLevel ? subject.task : undefined;
  const first = successorsOf(name, task).filter((successor) => fields.has(successor));
  // A name that another task has is spelled right; what is spelled alike here would be a guess.
  if (isTopLevel && first.length === 0 && lookup.tasksWith(name).length > 0) return [];
  const successor = (word: string) => successorsOf(word, task).find((other) => fields.has(other));
  const old = [...KEY_RENAMES.keys()].filter((before) => successor(before) !== undefined);
  const near = nearestNames(name, new Set([...fields.keys(), ...old]));
  const known = near.map((word) => (fields.has(word) ? word : (successor(word) ?? word)));
  return [...new Set([...first, ...known])].slice(0, 3);
}

interface Judged {
  readonly entry: Entry;
  readonly place: MappingPlace;
  readonly bent: string | undefined;
  readonly nearest: string | undefined;
}

function messageFor({ subject, lookup }: RuleContext, { entry, place, bent, nearest }: Judged): string {
  const name = entry.name === '' ? '""' : entry.name;
  if (bent !== undefined) return t('The engine takes {0} for {1}. Write the name in full.', name, bent);
  if (place.path.length > 0) {
    const owner = String(place.path.at(-1));
    return nearest === undefined
      ? t('{0} is no key of {1}.', name, owner)
      : t('{0} is no key of {1}. Did you mean {2}?', name, owner, nearest);
  }
  if (subject.kind !== 'config') {
    return nearest === undefined
      ? t('{0} is not known here.', name)
      : t('{0} is not known here. Did you mean {1}?', name, nearest);
  }
  if (nearest !== undefined) {
    return t('{0} is no argument of {1}. Did you mean {2}?', name, subject.task, nearest);
  }
  const others = lookup.tasksWith(name);
  return others.length > 0
    ? t('{0} is no argument of {1}; it belongs to {2}.', name, subject.task, others.slice(0, 4).join(', '))
    : t('{0} is no argument of {1}, and the engine refuses what it does not know.', name, subject.task);
}

interface Fixable {
  readonly entry: Entry;
  readonly place: MappingPlace;
  readonly names: readonly string[];
  readonly present: ReadonlySet<string>;
}

function fixesFor(context: RuleContext, { entry, place, names, present }: Fixable): readonly Fix[] {
  const { document } = context;
  const renames = names
    .filter((name) => !present.has(name))
    .map((name) => ({
      title: t('Change to {0}', name),
      edits: [{ range: entry.keyRange, newText: writtenKey(name, document.format) }],
    }));
  return [
    ...negationFix(context, place, entry),
    ...flagFix(context, place, entry, present),
    ...renames,
    ...removalOf(document, entry),
  ];
}

/** An empty list makes an option without a value, which is what the parser's own negations are. */
function isNegation(place: MappingPlace, { name, value }: Entry): boolean {
  return value.kind === 'list' && value.items.length === 0 && negatedBy(name, place)?.default === true;
}

/** The flag of the engine that `no_…` turns off. */
function negatedBy(name: string, { shape }: MappingPlace): SchemaArgument | undefined {
  const positive = /^no[_-](.+)$/.exec(name)?.[1]?.replaceAll('-', '_');
  const field = positive === undefined ? undefined : shape.fields.get(positive);
  const argument = field?.shape.kind === 'argument' ? field.shape.argument : undefined;
  return argument?.types[0] === 'boolean' ? argument : undefined;
}

/** `no_packing: true` is an option without a value to the engine's parser; in a config it is `packing: false`. */
function negationFix({ document }: RuleContext, place: MappingPlace, entry: Entry): readonly Fix[] {
  const flag = negatedBy(entry.name, place);
  const isOn = negatedValue(entry);
  if (!flag || isOn === undefined) return [];
  return [
    {
      title: t('Change to {0}', `${flag.name}: ${String(isOn)}`),
      edits: [
        { range: entry.value.range, newText: String(isOn) },
        { range: entry.keyRange, newText: writtenKey(flag.name, document.format) },
      ],
    },
  ];
}

/** A flag of another trainer that stands for one value here: `load_in_4bit: true` is `quant_bits: 4`. */
function flagFix(
  { document }: RuleContext,
  { path, shape, node }: MappingPlace,
  { name, keyRange, value, isMerged }: Entry,
  present: ReadonlySet<string>,
): readonly Fix[] {
  const meaning = path.length === 0 && !isMerged ? FLAG_MEANINGS.get(name) : undefined;
  const isOn = value.kind === 'scalar' && value.value.type === 'boolean' && value.value.value;
  if (!meaning || !isOn || !shape.fields.has(meaning.key) || present.has(meaning.key)) return [];
  const [besideKey, besideValue] = meaning.beside ?? [];
  const needsBeside = besideKey !== undefined && shape.fields.has(besideKey) && !present.has(besideKey);
  if (needsBeside && (node.isFlow || document.format === 'json')) return [];
  const beside = needsBeside ? `\n${besideKey}: ${besideValue}` : '';
  return [
    {
      title: t('Change to {0}', `${meaning.key}: ${meaning.value}${beside.replace('\n', ', ')}`),
      edits: [
        { range: value.range, newText: `${writtenForEngine(meaning.value, document.format)}${beside}` },
        { range: keyRange, newText: writtenKey(meaning.key, document.format) },
      ],
    },
  ];
}

function negatedValue({ value }: Entry): boolean | undefined {
  if (value.kind === 'list' && value.items.length === 0) return false;
  return value.kind === 'scalar' && value.value.type === 'boolean' ? !value.value.value : undefined;
}
