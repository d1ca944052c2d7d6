/** What goes wrong in a single key of a good config: typos, old names, and values that do not fit. */
import type { SchemaArgument } from '../../protocol/src/schema.ts';
import type { SchemaLookup } from '../../server/src/schema/lookup.ts';
import { type Item, picked, type Random, randomOf, sampled, seedOf, shuffled } from './item.ts';

/** A key at the beginning of a line, in quotes or without. */
const KEY_LINE = /^(["']?)([A-Za-z_][\w-]*)\1(\s*:)(.*)$/;

interface Line {
  readonly at: number;
  readonly key: string;
  readonly argument: SchemaArgument;
  /** The value stands behind the key and nothing of it below. */
  readonly isWhole: boolean;
}

type Change = (line: Line, random: Random) => string | undefined;

/** By kind: what a line becomes, or undefined where that cannot be done to it. */
const CHANGES: ReadonlyMap<string, Change> = new Map(
  Object.entries<Change>({
    'bad-choice': ({ key, argument, isWhole }, random) =>
      isWhole && argument.choices && !argument.isList
        ? `${key}: ${misspelled(String(argument.choices.find((choice) => choice !== null)), random, 'insertion')}`
        : undefined,
    'wrong-type': ({ key, argument, isWhole }, random) => {
      const bad = { boolean: ['maybe', '2'], integer: ['1.5', 'many', '1e3'], number: ['fast', '1e-4x'] }[
        argument.types[0] as 'boolean'
      ];
      return isWhole && bad && !argument.choices ? `${key}: ${picked(random, bad)}` : undefined;
    },
    null: ({ key, isWhole }, random) =>
      isWhole ? `${key}: ${picked(random, ['null', '~', ''])}`.trimEnd() : undefined,
    'list-items': ({ key, argument, isWhole }, random) => {
      if (!isWhole) return undefined;
      if (!argument.isList) return `${key}: [1, 2]`;
      return `${key}: ${picked(random, ['[]', '[[a], [b]]', '[{a: 1}]', '[null]', '[-x]'])}`;
    },
    'mapping-for-value': ({ key, isWhole }) => (isWhole ? `${key}: {a: 1}` : undefined),
  }),
);

const TYPOS = ['deletion', 'insertion', 'transposition', 'substitution'] as const;

/** Names of the engine's earlier versions and of other trainers, and what each is called now. */
const OLD_NAMES: Readonly<Record<string, readonly string[]>> = {
  tuner_type: ['train_type', 'sft_type'],
  model: ['model_id_or_path', 'model_name_or_path'],
  max_length: ['max_seq_length', 'cutoff_len'],
  target_modules: ['lora_target_modules'],
  quant_bits: ['quantization_bit'],
  torch_dtype: ['dtype'],
  template: ['template_type'],
  eval_strategy: ['evaluation_strategy'],
  per_device_train_batch_size: ['batch_size', 'per_gpu_train_batch_size'],
  learning_rate: ['lr'],
  num_train_epochs: ['epochs', 'num_epochs'],
  split_dataset_ratio: ['dataset_test_ratio', 'val_size'],
  dataset: ['datasets', 'train_dataset'],
  attn_impl: ['flash_attn'],
  vllm_gpu_memory_utilization: ['gpu_memory_utilization'],
};

export interface MutantOptions {
  readonly seed: number;
  /** How many lines of a config each kind is tried on. */
  readonly perKind: number;
  /** Whether only the lines of the keys that the config is about are changed. */
  readonly onlyKeys?: boolean;
}

/** Mutants of a good config, a few of each kind; which ones depends on its name and the seed. */
export function mutantsOf(
  item: Item,
  lookup: SchemaLookup,
  { seed, perKind, onlyKeys = false }: MutantOptions,
): readonly Item[] {
  const random = randomOf(seedOf(`${item.name} mutants`, seed));
  const texts = item.text.split('\n');
  const lines = linesOf(item, texts, lookup).filter(({ key }) => !onlyKeys || item.keys.includes(key));
  const mutant = (kind: string, { at, key }: Line, text: string, about = key, intended?: string): Item => ({
    ...item,
    name: `${item.name} / ${kind} of ${key} (line ${at + 1})`,
    kind,
    text: texts.with(at, text).join('\n'),
    keys: [about],
    ...(intended === undefined ? {} : { intended }),
  });
  const found: Item[] = [];
  for (const [kind, change] of CHANGES) {
    for (const line of shuffled(random, lines)) {
      if (found.filter((made) => made.kind === kind).length === perKind) break;
      const text = change(line, random);
      if (text !== undefined) found.push(mutant(kind, line, text));
    }
  }
  for (const typo of TYPOS) {
    for (const line of sampled(random, lines, perKind)) {
      const key = misspelled(line.key, random, typo);
      const before = texts[line.at] ?? '';
      if (key === line.key || lookup.task(item.task)?.root.fields.has(key)) continue;
      found.push(mutant(`typo-${typo}`, line, before.replace(line.key, key), key, item.text));
    }
  }
  for (const line of lines) {
    const old = picked(random, OLD_NAMES[line.key] ?? []);
    if (old === undefined || lookup.task(item.task)?.root.fields.has(old)) continue;
    found.push(mutant('old-name', line, (texts[line.at] ?? '').replace(line.key, old), old, item.text));
  }
  for (const line of onlyKeys ? [] : sampled(random, lines, 1)) {
    if (!line.isWhole) continue;
    found.push(mutant('duplicate', line, `${texts[line.at] ?? ''}\n${texts[line.at] ?? ''}`));
  }
  return found;
}

function linesOf({ task }: Item, texts: readonly string[], lookup: SchemaLookup): readonly Line[] {
  const fields = lookup.task(task)?.root.fields;
  return texts.flatMap((text, at) => {
    const key = KEY_LINE.exec(text)?.[2];
    const shape = key === undefined ? undefined : fields?.get(key)?.shape;
    if (key === undefined || shape?.kind !== 'argument') return [];
    const value = text.slice(text.indexOf(':') + 1).trim();
    const isWhole = value !== '' && !/^[&*|>[{"']/.test(value) && !/^[\s-]/.test(texts[at + 1] ?? '');
    return [{ at, key, argument: shape.argument, isWhole }];
  });
}

function misspelled(word: string, random: Random, how: (typeof TYPOS)[number]): string {
  // The first letter is seldom what goes wrong.
  const at = 1 + Math.floor(random() * (word.length - 1));
  const letter = picked(random, [...'aeinorstlu']) ?? 'e';
  switch (how) {
    case 'deletion':
      return word.slice(0, at) + word.slice(at + 1);
    case 'insertion':
      return word.slice(0, at) + letter + word.slice(at);
    case 'transposition':
      return word.slice(0, at - 1) + (word[at] ?? '') + (word[at - 1] ?? '') + word.slice(at + 1);
    case 'substitution':
      return word.slice(0, at) + letter + word.slice(at + 1);
  }
}
