/** How the engine's argument parser judges a value: as text, since its command turns every value into an argument. */
import type { ScalarType, ScalarValue, SchemaArgument } from '../../../protocol/src/schema.ts';
import type { ConfigNode, ScalarNode } from '../text/nodes.ts';
import { floatText, pythonText } from '../text/python-text.ts';

/** Why a value is not what the argument takes. `isRefused` false: the parser takes it and bends it. */
export interface Objection {
  readonly kind:
    | 'not-a-choice'
    | 'wrong-type'
    | 'several-values'
    | 'no-value'
    | 'single-in-list'
    | 'nested-in-list'
    | 'mapping-as-text'
    | 'not-json'
    | 'never-taken'
    | 'boolean-as-text'
    | 'empty-list-is-true'
    | 'reads-as-option';
  readonly isRefused: boolean;
  readonly node: ConfigNode;
  /** The text that the parser gets. */
  readonly text: string;
}

// source: transformers/hf_argparser.py: string_to_bool
const BOOLEAN_WORDS: ReadonlySet<string> = new Set([
  'yes',
  'true',
  't',
  'y',
  '1',
  'no',
  'false',
  'f',
  'n',
  '0',
]);
// source: CPython int() and float(): the digits of any script, grouped by single underscores; blanks around are dropped.
const INTEGER = /^\s*[+-]?\p{Nd}+(?:_\p{Nd}+)*\s*$/u;
const FLOAT =
  /^\s*[+-]?(?:(?:\p{Nd}+(?:_\p{Nd}+)*\.?(?:\p{Nd}+(?:_\p{Nd}+)*)?|\.\p{Nd}+(?:_\p{Nd}+)*)(?:e[+-]?\p{Nd}+(?:_\p{Nd}+)*)?|inf|infinity|nan)\s*$/iu;
// source: CPython argparse: _negative_number_matcher
const NEGATIVE_NUMBER = /^-\d+$|^-\d*\.\d+$/;

/** A choice as the parser compares it: `str(choice)`. */
export function choiceText(choice: ScalarValue): string {
  if (choice === null) return 'None';
  if (typeof choice === 'boolean') return choice ? 'True' : 'False';
  if (typeof choice === 'number') return Number.isInteger(choice) ? String(choice) : floatText(choice);
  return choice;
}

/** The choices worth naming, as texts; the empty one is left out. */
export function choicesOf(argument: SchemaArgument): readonly string[] {
  return (argument.choices ?? []).filter((choice) => choice !== null).map(choiceText);
}

/**
 * Arguments whose declared type the parser calls with a text, which fails whatever the text is.
 * source: transformers/training_args.py
 */
const NEVER_TAKEN: ReadonlySet<string> = new Set(['debug', 'liger_kernel_config', 'parallelism_config']);

/** Texts that the engine reads as JSON. source: swift/ray_utils/arguments.py */
const JSON_TEXTS: ReadonlySet<string> = new Set(['device_groups']);

/** Everything that is wrong with a value, judged as the parser does. */
export function objectionsTo(argument: SchemaArgument, node: ConfigNode): readonly Objection[] {
  if (argument.declaredIn === 'TrainingArguments' && NEVER_TAKEN.has(argument.name)) {
    return [{ kind: 'never-taken', isRefused: true, node, text: '' }];
  }
  // source: swift/cli/main.py: parse_yaml_args
  if (node.kind === 'list') return objectionsToList(argument, node);
  if (node.kind === 'mapping') return objectionsToMapping(argument, node);
  return objectionsToItem(argument, node);
}

function objectionsToList(
  argument: SchemaArgument,
  node: ConfigNode & { kind: 'list' },
): readonly Objection[] {
  const { items } = node;
  if (items.length === 0) {
    const takesNone = !argument.isList && isFlag(argument);
    return [{ kind: takesNone ? 'empty-list-is-true' : 'no-value', isRefused: !takesNone, node, text: '' }];
  }
  const ofItems = items.flatMap((item) => objectionsToItem(argument, item));
  if (argument.isList) return ofItems;
  const [, second] = items;
  if (second) return [{ kind: 'several-values', isRefused: true, node, text: '' }];
  return ofItems.length > 0 ? ofItems : [{ kind: 'single-in-list', isRefused: false, node, text: '' }];
}

/** Whether the bare name means true. source: transformers/hf_argparser.py: nargs '?' */
function isFlag(argument: SchemaArgument): boolean {
  return argument.types[0] === 'boolean' && typeof argument.default === 'boolean';
}

function objectionsToMapping(argument: SchemaArgument, node: ConfigNode): readonly Objection[] {
  const stranger = notJson(node, new Set());
  if (stranger)
    return [{ kind: 'not-json', isRefused: true, node: stranger, text: pythonText(stranger.value) }];
  if (argument.choices) return [{ kind: 'wrong-type', isRefused: true, node, text: '{…}' }];
  if (argument.types.length === 0 || argument.types.includes('object')) return [];
  if (argument.types.includes('string') && JSON_TEXTS.has(argument.name)) return [];
  if (argument.types.includes('string'))
    return [{ kind: 'mapping-as-text', isRefused: false, node, text: '' }];
  return [{ kind: 'wrong-type', isRefused: true, node, text: '{…}' }];
}

/** The first scalar that Python's `json` cannot write; `seen` holds what was walked, since aliases share their content. */
function notJson(node: ConfigNode, seen: Set<readonly unknown[]>): ScalarNode | undefined {
  if (node.kind === 'scalar') return node.value.type === 'other' ? node : undefined;
  const content = node.kind === 'list' ? node.items : node.entries;
  if (seen.has(content)) return undefined;
  seen.add(content);
  const values = node.kind === 'list' ? node.items : node.entries.map((entry) => entry.value);
  for (const value of values) {
    const found = notJson(value, seen);
    if (found) return found;
  }
  return undefined;
}

function objectionsToItem(argument: SchemaArgument, node: ConfigNode): readonly Objection[] {
  if (node.kind !== 'scalar') {
    const isText = !argument.choices && (argument.types.length === 0 || argument.types.includes('string'));
    return [{ kind: isText ? 'nested-in-list' : 'wrong-type', isRefused: !isText, node, text: '…' }];
  }
  const text = pythonText(node.value);
  if (isSecretReference(text)) return [];
  if (readsAsOption(text)) return [{ kind: 'reads-as-option', isRefused: true, node, text }];
  if (argument.choices) {
    const isChoice = argument.choices.some((choice) => choiceText(choice) === text);
    return isChoice ? [] : [{ kind: 'not-a-choice', isRefused: true, node, text }];
  }
  if (argument.types.length > 0 && !argument.types.some((type) => isTaken(type, text))) {
    return [{ kind: 'wrong-type', isRefused: true, node, text }];
  }
  const isBent = node.value.type === 'boolean' && argument.types.length > 0 && !takesTruth(argument);
  const isNumberToo = argument.types.some((type) => type !== 'string' && isTaken(type, text));
  return isBent && !isNumberToo ? [{ kind: 'boolean-as-text', isRefused: false, node, text }] : [];
}

/** Whether a truth value is meant, be it that the engine declares it as a text. */
function takesTruth({ types, default: standard }: SchemaArgument): boolean {
  return types.includes('boolean') || standard === 'true' || standard === 'false';
}

/** `${env:NAME}` becomes something else before the engine sees it. */
export function isSecretReference(text: string): boolean {
  return /\$\{env:[A-Za-z_]\w*\}/.test(text);
}

function readsAsOption(text: string): boolean {
  // Whatever follows, this is the option for help.
  if (text.startsWith('-h')) return true;
  return text.length > 1 && text.startsWith('-') && !NEGATIVE_NUMBER.test(text) && !text.includes(' ');
}

/** Whether the parser makes True of a text. source: transformers/hf_argparser.py: string_to_bool */
export function isTrueText(text: string): boolean {
  return /^(?:yes|true|t|y|1)$/i.test(text);
}

/** Whether the parser makes a value of a type from a text. */
export function isTaken(type: ScalarType, text: string): boolean {
  switch (type) {
    case 'boolean':
      return BOOLEAN_WORDS.has(text.toLowerCase());
    case 'integer':
      return INTEGER.test(text);
    case 'number':
      return FLOAT.test(text);
    case 'string':
      return true;
    case 'object':
      return isJsonObject(text);
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    // Not JSON is the answer, not a failure.
    return false;
  }
}
