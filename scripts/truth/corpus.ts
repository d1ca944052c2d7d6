/** The corpus: what is made from the schema, what was written by hand, and what goes wrong in both. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TASKS, type Task } from '../../protocol/src/task.ts';
import type { SchemaLookup } from '../../server/src/schema/lookup.ts';
import { repository } from '../setup/home.mjs';
import { BASES } from './bases.ts';
import { crossFieldItems } from './cross-field.ts';
import { grouped, type Item, randomOf, sampled, yamlOf } from './item.ts';
import { mutantsOf } from './mutants.ts';
import { scalarItems } from './scalars.ts';
import { mixedItems, validItems } from './valid.ts';

const casesFolder = join(repository, 'test', 'truth', 'cases');

export interface CorpusOptions {
  readonly seed: number;
  /** How many, spread over all kinds; everything where absent. */
  readonly sample?: number;
  /** Only kinds that begin so. */
  readonly only?: string;
}

export function corpus(lookup: SchemaLookup, { seed, sample, only }: CorpusOptions): readonly Item[] {
  const cases = writtenCases();
  const bases: readonly Item[] = BASES.map((base) => ({
    name: base.name,
    kind: 'base',
    task: base.task,
    format: 'yaml',
    text: yamlOf(base.values),
    keys: [],
  }));
  // A second mistake in what is refused already would prove nothing.
  const parents = [...bases, ...cases.filter(({ kind, format }) => kind === 'written' && format === 'yaml')];
  const valid = validItems(lookup, seed);
  // Every argument of the engine once with each kind of mistake.
  const firsts = [...grouped(valid, ({ task, keys }) => `${task} ${keys.join()}`).values()].flatMap(
    ([first]) => (first?.keys.length === 1 ? [first] : []),
  );
  const all = [
    ...bases,
    ...cases,
    ...valid,
    ...parents.flatMap((parent) => mutantsOf(parent, lookup, { seed, perKind: 3 })),
    ...firsts.flatMap((first) => mutantsOf(first, lookup, { seed, perKind: 1, onlyKeys: true })),
    ...crossFieldItems(),
    ...scalarItems(),
    ...mixedItems(valid, lookup, { seed, perBase: 40 }),
  ].filter(({ kind }) => only === undefined || kind.startsWith(only));
  return sample === undefined ? all : shared(all, sample, seed);
}

/** So many of each kind that all together are about `count`; a small kind is taken whole. */
function shared(items: readonly Item[], count: number, seed: number): readonly Item[] {
  const kinds = [...grouped(items, ({ kind }) => kind).values()].sort((a, b) => a.length - b.length);
  const random = randomOf(seed);
  let left = count;
  return kinds.flatMap((members, index) => {
    const chosen = sampled(random, members, Math.ceil(left / (kinds.length - index)));
    left = Math.max(0, left - chosen.length);
    return chosen;
  });
}

/** `name.task.yaml`, as people name them; a comment `# refused: key, key` says of which keys a refusal is. */
function writtenCases(): readonly Item[] {
  return readdirSync(casesFolder)
    .sort()
    .filter((file) => /\.(?:ya?ml|json)$/.test(file))
    .map((file) => {
      const text = readFileSync(join(casesFolder, file), 'utf8');
      const refused = /^# refused:[ \t]*(.*)$/m.exec(text)?.[1];
      return {
        name: file,
        kind: refused === undefined ? 'written' : 'written-refused',
        task: taskOf(file),
        format: file.endsWith('.json') ? 'json' : 'yaml',
        text,
        keys: refused?.split(/,\s*/).filter(Boolean) ?? [],
      };
    });
}

function taskOf(file: string): Task {
  const task = TASKS.find((name) => new RegExp(`\\.${name}\\.(?:ya?ml|json)$`).test(file));
  if (!task) throw new Error(`${file} names no task.`);
  return task;
}
