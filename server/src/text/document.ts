/** A config as the rules see it: the tree, what kept the text from being read, and where each path stands. */
import type { ConfigPath } from '../../../protocol/src/finding.ts';
import { readJson } from './json.ts';
import type { ConfigNode, Entry, MappingNode, TextProblem, TextRange } from './nodes.ts';
import type { PartsReader } from './parts.ts';
import { readYaml } from './yaml.ts';

/** Above this a text is only looked through for its top-level keys. */
export const LARGE_TEXT_CHARACTERS = 1_000_000;

export type ConfigFormat = 'yaml' | 'json';

/** `large`: only the names of top-level keys are known, and their values read as empty. */
export type ConfigCondition = 'empty' | 'binary' | 'large' | 'readable';

export interface ConfigDocument {
  readonly text: string;
  readonly format: ConfigFormat;
  readonly condition: ConfigCondition;
  readonly root: ConfigNode | undefined;
  readonly problems: readonly TextProblem[];
}

const BINARY_WINDOW_CHARACTERS = 8_192;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const BINARY_CHARACTERS = /[\u0000-\u0008\u000E-\u001A\u001C-\u001F\uFFFD]/g;

/**
 * Reads a text; broken texts give as much of a tree as can be had. Never throws, and is linear in the text. `parts`
 * remembers what was read of the same document before.
 */
export function readConfig(text: string, format: ConfigFormat, parts?: PartsReader): ConfigDocument {
  const condition = conditionOf(text);
  if (condition === 'readable') {
    const { root, problems } = format === 'json' ? readJson(text) : (parts?.read(text) ?? readYaml(text));
    return { text, format, condition, root, problems };
  }
  const root = condition === 'large' ? topLevelKeys(text, format) : undefined;
  return { text, format, condition, root, problems: [] };
}

function conditionOf(text: string): ConfigCondition {
  const beginning = text.slice(0, BINARY_WINDOW_CHARACTERS);
  const strange = beginning.match(BINARY_CHARACTERS)?.length ?? 0;
  if (beginning.includes('\u0000') || strange > Math.max(8, beginning.length / 10)) return 'binary';
  if (text.length > LARGE_TEXT_CHARACTERS) return 'large';
  const isBlank = text.split('\n').every((line) => /^\s*(?:#.*|\/\/.*)?$/.test(line));
  return isBlank ? 'empty' : 'readable';
}

function topLevelKeys(text: string, format: ConfigFormat): MappingNode {
  const entries: Entry[] = [];
  const pattern = /^([A-Za-z_][\w.-]*)[ ]*:(?=\s|$)/gm;
  for (const match of format === 'yaml' ? text.matchAll(pattern) : []) {
    const name = match[1] ?? '';
    const end = match.index + match[0].length;
    entries.push({
      name,
      keyRange: { start: match.index, end: match.index + name.length },
      value: { kind: 'scalar', range: { start: end, end }, style: 'plain', value: { type: 'null' } },
      isMerged: false,
    });
  }
  return { kind: 'mapping', range: { start: 0, end: text.length }, isFlow: false, entries };
}

/** Every top-level entry as written, repeated keys included; empty where the config is not a mapping. */
export function topLevelEntries(document: ConfigDocument): readonly Entry[] {
  return document.root?.kind === 'mapping' ? document.root.entries : [];
}

/** The entries that count: where a key is repeated the last one wins, as in Python. */
export function effectiveEntries(mapping: MappingNode): readonly Entry[] {
  const byName = new Map<string, Entry>();
  for (const entry of mapping.entries) byName.set(entry.name, entry);
  return [...byName.values()];
}

/** The entry of a mapping that counts under a name. */
export function findEntry(mapping: MappingNode, name: string): Entry | undefined {
  return mapping.entries.findLast((entry) => entry.name === name);
}

/** The place of a path: the value's, or the key's where asked for. Undefined where the path leads nowhere. */
export function rangeOfPath(
  document: ConfigDocument,
  path: ConfigPath,
  of: 'key' | 'value' = 'value',
): TextRange | undefined {
  let node = document.root;
  let keyRange: TextRange | undefined;
  for (const step of path) {
    keyRange = undefined;
    if (node?.kind === 'mapping') {
      const entry = findEntry(node, String(step));
      keyRange = entry?.keyRange;
      node = entry?.value;
    } else node = node?.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined;
    if (!node) return undefined;
  }
  return of === 'key' ? keyRange : node?.range;
}

/** What stands at an offset, from the outside in: the path, and whether the key or the value is meant. */
export interface PlaceAt {
  readonly path: ConfigPath;
  readonly on: 'key' | 'value';
  readonly range: TextRange;
  readonly node: ConfigNode;
}

/** The innermost key or scalar at an offset. */
export function placeAt(document: ConfigDocument, offset: number): PlaceAt | undefined {
  return document.root ? placeIn(document.root, offset, []) : undefined;
}

function holds(range: TextRange, offset: number): boolean {
  return offset >= range.start && offset <= range.end;
}

function placeIn(node: ConfigNode, offset: number, path: ConfigPath): PlaceAt | undefined {
  if (node.kind === 'scalar') {
    return holds(node.range, offset) ? { path, on: 'value', range: node.range, node } : undefined;
  }
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      const place = holds(item.range, offset) ? placeIn(item, offset, [...path, index]) : undefined;
      if (place) return place;
    }
    return undefined;
  }
  for (const entry of node.entries) {
    if (entry.isMerged) continue;
    const below = [...path, entry.name];
    if (holds(entry.keyRange, offset)) {
      return { path: below, on: 'key', range: entry.keyRange, node: entry.value };
    }
    const place = holds(entry.value.range, offset) ? placeIn(entry.value, offset, below) : undefined;
    if (place) return place;
  }
  return undefined;
}

/** Whether a key of a mapping is on, however that is written. */
export function isTrue(mapping: MappingNode, name: string): boolean {
  const value = findEntry(mapping, name)?.value;
  if (value?.kind !== 'scalar') return false;
  return value.value.type === 'boolean' && value.value.value;
}
