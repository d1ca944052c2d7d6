/** A config of the corpus, and the small things that everybody needs who makes one. */
import type { Task } from '../../protocol/src/task.ts';

export interface Item {
  /** Says where it comes from; the same at every run. */
  readonly name: string;
  /** What is varied: `choice`, `typo-insertion`, `rule:packing-attention`. */
  readonly kind: string;
  readonly task: Task;
  readonly text: string;
  readonly format: 'yaml' | 'json';
  /** Keys that the variation is about; a refusal has to be reported on the line of one of them. */
  readonly keys: readonly string[];
  /** The text with what was meant, for a typo: what its first fix has to bring back. */
  readonly intended?: string;
}

/** A generator of numbers between 0 and 1, the same ones for the same seed. */
export type Random = () => number;

/** source: mulberry32, by Tommy Ettinger, in the public domain */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number that stands for a text, so that what is drawn for one config does not hang on the others. */
export function seedOf(text: string, seed: number): number {
  let hash = 2166136261 ^ seed;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return hash >>> 0;
}

export function picked<T>(random: Random, values: readonly T[]): T | undefined {
  return values[Math.floor(random() * values.length)];
}

export function shuffled<T>(random: Random, values: readonly T[]): readonly T[] {
  return values
    .map((value) => ({ value, mark: random() }))
    .sort((a, b) => a.mark - b.mark)
    .map(({ value }) => value);
}

export function sampled<T>(random: Random, values: readonly T[], count: number): readonly T[] {
  return shuffled(random, values).slice(0, count);
}

/** The values by what they have in common, in the order of the first of each. */
export function grouped<T>(
  values: readonly T[],
  keyOf: (value: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const members = groups.get(key);
    if (members) members.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
export type Values = Readonly<Record<string, Value>>;

/** YAML of one level, each key in a line or block of its own. */
export function yamlOf(values: Values): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}:${blockOf(value)}\n`)
    .join('');
}

function blockOf(value: Value): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((element: Value) => `\n  - ${flowOf(element)}`).join('');
  }
  return ` ${flowOf(value)}`;
}

function flowOf(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(flowOf).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${flowOf(inner)}`);
    return `{${pairs.join(', ')}}`;
  }
  return typeof value === 'string' ? scalarOf(value) : String(value);
}

function scalarOf(text: string): string {
  const isPlain = /^[A-Za-z_./][\w./-]*(?:#\d+)?$/.test(text) && !RESERVED.test(text);
  return isPlain ? text : JSON.stringify(text);
}

const RESERVED = /^(?:true|false|yes|no|on|off|null|y|n|~|\.inf|\.nan)$/i;
