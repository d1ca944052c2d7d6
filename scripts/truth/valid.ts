/** Configs made from the schema: each argument of each task at its default, at each choice, and at other sane values. */
import type { SchemaArgument } from '../../protocol/src/schema.ts';
import type { SchemaLookup } from '../../server/src/schema/lookup.ts';
import { BASES, type Base } from './bases.ts';
import { type Item, picked, type Random, randomOf, sampled, seedOf, type Value, yamlOf } from './item.ts';

/** Several defaults in one file: nothing is expected of them but that they are taken. */
const DEFAULTS_IN_A_FILE = 12;

export function validItems(lookup: SchemaLookup, seed: number): readonly Item[] {
  const seen = new Set<SchemaArgument>();
  return BASES.flatMap((base) => {
    const own = argumentsOf(lookup, base);
    // What an earlier task has too is judged there; of the rest a sample shows that the task changes nothing.
    const fresh = own.filter(
      (argument) => !seen.has(argument) || randomOf(seedOf(`${base.name} ${argument.name}`, seed))() < 0.12,
    );
    for (const argument of own) seen.add(argument);
    return [...defaultsOf(base, fresh), ...fresh.flatMap((argument) => alone(base, argument, seed))];
  });
}

/** How many arguments a mixed config has beside its base's. */
const MIXED = 5;

/** Configs of several arguments that are each good alone: whatever the engine knows about them together shows here. */
export function mixedItems(
  valid: readonly Item[],
  lookup: SchemaLookup,
  options: MixOptions,
): readonly Item[] {
  const lines = new Map<string, string>();
  for (const { kind, keys, text } of valid) {
    const [key] = keys;
    if (kind === 'default' || keys.length !== 1 || key === undefined) continue;
    const start = new RegExp(`^${key}:`, 'm').exec(text)?.index ?? 0;
    const rest = text.slice(start);
    const end = rest.search(/\n(?=\w)/);
    lines.set(`${key}: ${rest.length}`, end < 0 ? rest : rest.slice(0, end + 1));
  }
  const all = [...lines.values()];
  return BASES.flatMap((base) => {
    const fields = lookup.task(base.task)?.root.fields;
    const fitting = all.filter((line) => {
      const key = line.slice(0, line.indexOf(':'));
      return fields?.has(key) && !(key in base.values);
    });
    return Array.from({ length: options.perBase }, (_, index): Item => {
      const random = randomOf(seedOf(`${base.name} mixed ${index}`, options.seed));
      const chosen = sampled(random, fitting, MIXED);
      const keys = chosen.map((line) => line.slice(0, line.indexOf(':')));
      const unique = chosen.filter((_line, at) => keys.indexOf(keys[at] ?? '') === at);
      return {
        name: `${base.name}: mixed ${index}`,
        kind: 'mixed',
        task: base.task,
        format: 'yaml',
        text: yamlOf(base.values) + unique.join(''),
        keys,
      };
    });
  });
}

interface MixOptions {
  readonly seed: number;
  readonly perBase: number;
}

export function argumentsOf(lookup: SchemaLookup, { task }: Base): readonly SchemaArgument[] {
  const fields = lookup.task(task)?.root.fields.values() ?? [];
  return [...fields].flatMap(({ shape }) => (shape.kind === 'argument' ? [shape.argument] : []));
}

function defaultsOf(base: Base, argumentsOfTask: readonly SchemaArgument[]): readonly Item[] {
  const given = argumentsOfTask.filter(
    ({ name, default: standard }) => standard !== null && standard !== undefined && !(name in base.values),
  );
  const items: Item[] = [];
  for (let start = 0; start < given.length; start += DEFAULTS_IN_A_FILE) {
    const group = given.slice(start, start + DEFAULTS_IN_A_FILE);
    const values = Object.fromEntries(group.map(({ name, default: standard }) => [name, standard as Value]));
    items.push(itemOf(base, `defaults ${start}`, 'default', values));
  }
  return items;
}

function alone(base: Base, argument: SchemaArgument, seed: number): readonly Item[] {
  const random = randomOf(seedOf(`${base.name} ${argument.name} values`, seed));
  const choices = (argument.choices ?? []).filter((choice) => choice !== null);
  const kind = choices.length > 0 ? 'choice' : 'value';
  const values: readonly Value[] = choices.length > 0 ? choices : saneValues(argument, random);
  return values
    .filter((value) => value !== argument.default)
    .map((value) => {
      const written = argument.isList && !Array.isArray(value) ? [value] : value;
      return itemOf(base, `${argument.name} ${JSON.stringify(value)}`, kind, { [argument.name]: written });
    });
}

function saneValues(argument: SchemaArgument, random: Random): readonly Value[] {
  const [type] = argument.types;
  const { default: standard } = argument;
  switch (type) {
    case 'boolean':
      return [standard !== true];
    case 'integer':
      return [
        typeof standard === 'number' && standard > 0 ? standard * 2 : (picked(random, [1, 2, 4, 16]) ?? 1),
      ];
    case 'number':
      return [
        typeof standard === 'number' && standard > 0 ? standard / 2 : (picked(random, [0.1, 0.5, 1e-5]) ?? 1),
      ];
    default:
      return textsFor(argument, random);
  }
}

/** By the last words of a name, what people write there. */
const TEXTS: readonly (readonly [RegExp, readonly Value[]])[] = [
  [/(?:_dir|_path|_file|folder)$/, ['output/run-1']],
  [/(?:^|_)model$|model_id$/, ['Qwen/Qwen2.5-0.5B-Instruct']],
  [/dataset$/, ['data/other.jsonl', 'AI-ModelScope/alpaca-gpt4-data-zh#500']],
  [/_kwargs$|_args$|_config$|_mapping$/, [{}, '{}']],
  [/_steps$|_strategy$/, ['steps', 'epoch']],
  [/modules?$/, ['all-linear', 'q_proj']],
  [/(?:host|url)$/, ['http://127.0.0.1:8000/v1']],
  [/(?:token|key)$/, ['abc123']],
];

function textsFor({ name, types, default: standard }: SchemaArgument, random: Random): readonly Value[] {
  const known = TEXTS.find(([pattern]) => pattern.test(name))?.[1];
  if (known) return known;
  if (types.includes('object')) return [{ a: 1 }, '{"a": 1}'];
  return [
    typeof standard === 'string' && standard !== ''
      ? standard.toUpperCase()
      : (picked(random, ['a', 'word']) ?? 'a'),
  ];
}

function itemOf(base: Base, what: string, kind: string, values: Record<string, Value>): Item {
  return {
    name: `${base.name}: ${what}`,
    kind,
    task: base.task,
    format: 'yaml',
    text: yamlOf({ ...base.values, ...values }),
    keys: Object.keys(values),
  };
}
