/** What a config tells the engine: for each argument the value that counts, be it written, written short, or left out. */

import type { SchemaArgument } from '../../../protocol/src/schema.ts';
import type { Task } from '../../../protocol/src/task.ts';
import { choiceText, isTaken, objectionsTo } from '../schema/parser-verdict.ts';
import { type ConfigDocument, findEntry } from '../text/document.ts';
import type { ConfigNode, Entry, MappingNode } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import type { Subject } from './rule.ts';

/**
 * Answers `undefined` where the value is not known: the key is none of this task's, what is written is refused
 * anyway, or it comes from the environment. A rule that gets `undefined` says nothing. `null` is Python's None.
 */
export class Settings {
  readonly task: Task;
  readonly #root: MappingNode | undefined;
  readonly #argumentOf: (name: string) => SchemaArgument | undefined;
  readonly #written: ReadonlyMap<string, Entry>;

  /** Undefined where the document is no config of a known task, or broken: what it says is not known then. */
  static of(document: ConfigDocument, subject: Subject): Settings | undefined {
    if (subject.kind !== 'config' || document.condition !== 'readable') return undefined;
    if (document.problems.length > 0) return undefined;
    const root = document.root?.kind === 'mapping' ? document.root : undefined;
    if (document.root && !root) return undefined;
    const written = new Map<string, Entry>();
    for (const entry of root?.entries ?? []) {
      const name = subject.root.fields.has(entry.name)
        ? entry.name
        : (subject.abbreviations.keyFor(entry.name) ?? entry.name);
      // Of a key that is written twice under one name, YAML keeps the last; of two spellings, the parser does.
      written.set(name, entry);
    }
    const argumentOf = (name: string) => {
      const shape = subject.root.fields.get(name)?.shape;
      return shape?.kind === 'argument' ? shape.argument : undefined;
    };
    return new Settings(subject.task, root, argumentOf, written);
  }

  private constructor(
    task: Task,
    root: MappingNode | undefined,
    argumentOf: (name: string) => SchemaArgument | undefined,
    written: ReadonlyMap<string, Entry>,
  ) {
    this.task = task;
    this.#root = root;
    this.#argumentOf = argumentOf;
    this.#written = written;
  }

  /** Whether the task has an argument of this name. */
  has(name: string): boolean {
    return this.#argumentOf(name) !== undefined;
  }

  /** The entry that sets an argument or an own key, whichever way its name is spelled. */
  entry(name: string): Entry | undefined {
    return this.#written.get(name);
  }

  /** The first of these keys that is written. */
  firstEntry(...names: readonly string[]): Entry | undefined {
    for (const name of names) {
      const entry = this.entry(name);
      if (entry) return entry;
    }
    return undefined;
  }

  /** Whether the config itself says something of the argument. */
  isWritten(name: string): boolean {
    return this.#written.has(name);
  }

  /** The value as the text that the parser gets or the default would be; null for None. */
  text(name: string): string | null | undefined {
    const values = this.texts(name);
    if (values === undefined || this.#argumentOf(name)?.isList) return undefined;
    return values[0] ?? null;
  }

  number(name: string): number | null | undefined {
    const text = this.text(name);
    if (text === null || text === undefined) return text;
    return isTaken('number', text) ? numberOf(text) : undefined;
  }

  boolean(name: string): boolean | null | undefined {
    const text = this.text(name);
    if (text === null || text === undefined) return text;
    return isTaken('boolean', text) ? /^(?:yes|true|t|y|1)$/i.test(text) : undefined;
  }

  /** Known to be true. */
  isOn(name: string): boolean {
    return this.boolean(name) === true;
  }

  /** Known to be false or None. */
  isOff(name: string): boolean {
    const value = this.boolean(name);
    return value === false || value === null;
  }

  /** Known to be something, be it an empty text: what Python's `is not None` says. */
  isGiven(name: string): boolean {
    return (this.texts(name)?.length ?? 0) > 0;
  }

  /** Known to be None, or a list of nothing. */
  isNone(name: string): boolean {
    return this.texts(name)?.length === 0;
  }

  /** Known to be neither None, nor an empty text or list: what Python's `if value:` takes for true in a text. */
  isFilled(name: string): boolean {
    const values = this.texts(name);
    return values?.some((value) => value !== '') ?? false;
  }

  /** Known to be None, an empty text or an empty list. */
  isEmpty(name: string): boolean {
    const values = this.texts(name);
    return values?.every((value) => value === '') ?? false;
  }

  /** Every value of a list, one of a single argument, none of None. */
  texts(name: string): readonly string[] | undefined {
    const argument = this.#argumentOf(name);
    if (!argument) return undefined;
    const entry = this.entry(name);
    return entry ? textsOf(argument, entry.value) : defaultTexts(argument);
  }

  /** A variable below `ENV:`; null where the config sets none of this name. */
  variable(name: string): string | null | undefined {
    const block = this.#root && findEntry(this.#root, 'ENV')?.value;
    if (!block) return null;
    if (block.kind !== 'mapping') return undefined;
    const value = findEntry(block, name)?.value;
    if (!value) return null;
    return value.kind === 'scalar' ? knownText(pythonText(value.value)) : undefined;
  }

  /** The mapping at the top of the config, for what is no argument of the engine. */
  get root(): MappingNode | undefined {
    return this.#root;
  }
}

function textsOf(argument: SchemaArgument, node: ConfigNode): readonly string[] | undefined {
  const objections = objectionsTo(argument, node);
  if (objections.some(({ isRefused }) => isRefused)) return undefined;
  if (objections.some(({ kind }) => kind === 'empty-list-is-true')) return ['True'];
  const nodes = node.kind === 'list' ? node.items : [node];
  const texts: string[] = [];
  for (const item of nodes) {
    // A mapping is handed on as JSON; a rule that looks into one takes its node.
    const text = item.kind === 'scalar' ? knownText(pythonText(item.value)) : '{…}';
    if (text === undefined) return undefined;
    if (text === 'None' && argument.choices?.includes(null)) continue;
    texts.push(text);
  }
  return texts;
}

function defaultTexts({ default: standard }: SchemaArgument): readonly string[] | undefined {
  if (standard === undefined) return undefined;
  if (standard === null) return [];
  return (Array.isArray(standard) ? standard : [standard]).filter((value) => value !== null).map(choiceText);
}

/** A text that is known now, and not only where the run starts. */
function knownText(text: string): string | undefined {
  return text.includes('$' + '{') ? undefined : text;
}

function numberOf(text: string): number {
  const plain = text.trim().replaceAll('_', '').toLowerCase();
  if (/^[+-]?inf(?:inity)?$/.test(plain)) return plain.startsWith('-') ? -Infinity : Infinity;
  return Number(plain);
}
