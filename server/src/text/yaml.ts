/** Reads YAML into the config tree as PyYAML would, from the tokens of npm `yaml` without its own idea of types. */
import {
  type Alias,
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type {
  ConfigNode,
  Entry,
  MappingNode,
  ProblemCode,
  ReadText,
  ScalarNode,
  TextProblem,
  TextRange,
} from './nodes.ts';
import { pythonText } from './python-text.ts';
import { constructScalar, implicitTag } from './scalar.ts';
import { Strictness } from './strictness.ts';
import { isMissingEnd, otherVersion, problemOf, withoutEchoes } from './yaml-problems.ts';

const CORE_TAG_PREFIX = 'tag:yaml.org,2002:';
const SCALAR_TAGS: ReadonlySet<string> = new Set([
  'str',
  'null',
  'bool',
  'int',
  'float',
  'timestamp',
  'binary',
]);
const LIST_TAGS: ReadonlySet<string> = new Set(['seq', 'omap', 'pairs']);
const MAPPING_TAGS: ReadonlySet<string> = new Set(['map', 'set']);
// PyYAML recurses, and Python stops it near a thousand calls; a config is never this deep.
const MAX_DEPTH = 100;

/** Reads a YAML text. Never throws: what cannot be read is a problem, and the rest is still in the tree. */
export function readYaml(text: string): ReadText {
  const strictness = new Strictness();
  const documents: Document.Parsed[] = [];
  const parser = new Parser();
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
  });
  const take = (tokens: Iterable<CST.Token>): void => {
    for (const token of tokens) for (const document of composer.next(token)) documents.push(document);
  };
  try {
    for (const lexeme of new Lexer().lex(text)) {
      strictness.next(lexeme, CST.tokenType(lexeme));
      take(parser.next(lexeme));
    }
    take(parser.end());
    documents.push(...composer.end());
  } catch (error) {
    // A stack overflow on absurd nesting; anything else is a fault of the reader and must be seen.
    if (!(error instanceof RangeError)) throw error;
    return { root: undefined, problems: [{ code: 'nested-too-deeply', range: { start: 0, end: 0 } }] };
  }
  const [document, second] = documents;
  if (!document) return { root: undefined, problems: strictness.problems };

  const parsed = document.errors.filter((error) => !isMissingEnd(error));
  const problems = [...strictness.problems, ...parsed.flatMap((error) => problemOf(error, text))];
  if (second) problems.push({ code: 'second-document', range: beginningOf(second, text) });
  problems.push(...otherVersion(text));
  const converter = new Converter(text, problems);
  const root = document.contents === null ? undefined : converter.node(document.contents, 0);
  if (!problems.some((problem) => problem.code === 'unclosed')) {
    problems.push(...document.errors.filter(isMissingEnd).flatMap((error) => problemOf(error, text)));
  }
  return { root, problems: withoutEchoes(problems, text) };
}

/** The dashes that a document begins with, or else what stands in it. */
function beginningOf({ contents, range: [start] }: Document.Parsed, text: string): TextRange {
  const whole = rangeOf(contents, start);
  const dashes = text.indexOf('---', start);
  return dashes < 0 || dashes > whole.start ? whole : { start: dashes, end: dashes + 3 };
}

function rangeOf(
  node: { range?: readonly [number, number, number] | null | undefined } | null,
  fallback: number,
): TextRange {
  const range = node?.range;
  return range ? { start: range[0], end: range[1] } : { start: fallback, end: fallback };
}

function tagName(tag: string | undefined): string | undefined {
  if (tag === undefined || tag === '!') return undefined;
  return tag.startsWith(CORE_TAG_PREFIX) ? tag.slice(CORE_TAG_PREFIX.length) : tag;
}

/** Turns the nodes of npm `yaml` into the config tree and notes what PyYAML would refuse on the way. */
class Converter {
  readonly #text: string;
  readonly #problems: TextProblem[];
  readonly #anchors = new Map<string, ConfigNode | 'open'>();

  constructor(text: string, problems: TextProblem[]) {
    this.#text = text;
    this.#problems = problems;
  }

  node(node: Node | null, depth: number): ConfigNode {
    if (depth > MAX_DEPTH) {
      this.#problem('nested-too-deeply', rangeOf(node, 0));
      return emptyScalar(rangeOf(node, 0));
    }
    if (isAlias(node)) return this.#alias(node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) {
      if (this.#anchors.has(anchor)) this.#problem('duplicate-anchor', rangeOf(node, 0), anchor);
      this.#anchors.set(anchor, 'open');
    }
    const converted = this.#converted(node, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, converted);
    return converted;
  }

  #converted(node: Node | null, depth: number): ConfigNode {
    if (isScalar(node)) return this.#scalar(node);
    if (isSeq(node)) return this.#list(node, depth);
    if (isMap(node)) return this.#mapping(node, depth);
    return emptyScalar({ start: 0, end: 0 });
  }

  #alias(node: Alias): ConfigNode {
    const range = rangeOf(node, 0);
    const target = this.#anchors.get(node.source);
    if (target === 'open') this.#problem('alias-loop', range, node.source);
    else if (target === undefined) this.#problem('bad-alias', range, node.source);
    return typeof target === 'object' ? { ...target, range } : emptyScalar(range);
  }

  #scalar(node: Scalar): ScalarNode {
    const range = rangeOf(node, 0);
    const style = styleOf(node);
    const text = this.#scalarText(node);
    if (style === 'double' || style === 'single') this.#checkClosed(range, style === 'double' ? '""' : "''");
    const tag = tagName(node.tag) ?? (style === 'plain' ? implicitTag(text) : 'str');
    const value = constructScalar(text, tag);
    if (value) return { kind: 'scalar', range, style, value };
    if (tag === 'value' || tag === 'merge') this.#problem('value-indicator', range, text);
    else if (SCALAR_TAGS.has(tag)) this.#problem('bad-value', range, text);
    else this.#problem('bad-tag', range, node.tag ?? tag);
    return { kind: 'scalar', range, style, value: { type: 'string', value: text } };
  }

  #scalarText(node: Scalar): string {
    const text = typeof node.value === 'string' ? node.value : '';
    // A block that the file's end cuts off has no last line break for PyYAML.
    const isCutOff =
      styleOf(node) === 'block' && node.range?.[1] === this.#text.length && !this.#text.endsWith('\n');
    return isCutOff && text.endsWith('\n') ? text.slice(0, -1) : text;
  }

  #list(node: YAMLSeq, depth: number): ConfigNode {
    this.#checkCollectionTag(node, LIST_TAGS);
    if (node.flow === true) this.#checkClosed(rangeOf(node, 0), '[]');
    const items = node.items.map((item) =>
      // `[a: 1]` holds a pair, which is a mapping of one key.
      isPair(item)
        ? this.#mappingOf(
            [item],
            rangeOf(isNode(item.key) ? item.key : null, rangeOf(node, 0).start),
            depth + 1,
          )
        : this.node(item as Node | null, depth + 1),
    );
    return { kind: 'list', range: rangeOf(node, 0), isFlow: node.flow === true, items };
  }

  #mapping(node: YAMLMap, depth: number): ConfigNode {
    this.#checkCollectionTag(node, MAPPING_TAGS);
    if (node.flow === true) this.#checkClosed(rangeOf(node, 0), '{}');
    const mapping = this.#mappingOf(node.items, rangeOf(node, 0), depth);
    return { ...mapping, isFlow: node.flow === true };
  }

  #mappingOf(items: YAMLMap['items'], range: TextRange, depth: number): MappingNode {
    const merged: Entry[] = [];
    const entries: Entry[] = [];
    for (const item of items) {
      const key = isNode(item.key) ? item.key : null;
      const keyRange = rangeOf(key, range.start);
      const value = isNode(item.value)
        ? this.node(item.value, depth + 1)
        : emptyScalar({ start: keyRange.end, end: keyRange.end });
      if (isPlain(key, '<<')) {
        merged.push(...this.#merged(value));
        continue;
      }
      const name = this.#keyName(key, keyRange, depth);
      if (name === undefined) continue;
      if (isMap(item.value) && item.value.flow !== true) this.#checkOnOwnLine(keyRange, value.range);
      entries.push({ name, keyRange, value, isMerged: false });
    }
    return { kind: 'mapping', range, isFlow: false, entries: [...merged, ...entries] };
  }

  /** The key as text; undefined where Python could not use it as a key. */
  #keyName(key: Node | null, range: TextRange, depth: number): string | undefined {
    if (isPlain(key, '=')) return '=';
    const converted = this.node(key, depth + 1);
    const isMissing = range.start === range.end && !isAlias(key);
    if (converted.kind === 'scalar' && !isMissing) return pythonText(converted.value);
    this.#problem('bad-key', range);
    return undefined;
  }

  /** `a: [b]: c` reads as a mapping in a mapping, which must begin on a line of its own. */
  #checkOnOwnLine(key: TextRange, value: TextRange): void {
    const isNoted = this.#problems.some((problem) => problem.code === 'nested-mapping');
    if (isNoted || this.#text.slice(key.end, value.start).includes('\n')) return;
    this.#problem('nested-mapping', value);
  }

  #merged(value: ConfigNode): Entry[] {
    const sources = value.kind === 'list' ? value.items : [value];
    return sources.flatMap((source) => {
      if (source.kind !== 'mapping') {
        this.#problem('bad-merge', value.range);
        return [];
      }
      return source.entries.map((entry) => ({ ...entry, isMerged: true }));
    });
  }

  /** `marks`: how a quoted text or a collection in brackets begins and ends. */
  #checkClosed({ start, end }: TextRange, marks: string): void {
    // A pair in a list, `[a: 1]`, is a mapping without braces.
    if (this.#text[start] !== marks[0] || (end - start > 1 && this.#text[end - 1] === marks[1])) return;
    this.#problem('unclosed', { start, end: start + 1 }, marks[1]);
  }

  #checkCollectionTag(node: YAMLMap | YAMLSeq, allowed: ReadonlySet<string>): void {
    const tag = tagName(node.tag);
    if (tag !== undefined && !allowed.has(tag)) this.#problem('bad-tag', rangeOf(node, 0), node.tag);
  }

  #problem(code: ProblemCode, range: TextRange, subject?: string): void {
    this.#problems.push({ code, range, ...(subject === undefined ? {} : { subject }) });
  }
}

function isPlain(node: Node | null, text: string): boolean {
  return isScalar(node) && node.type === 'PLAIN' && node.value === text && !node.tag;
}

function styleOf(node: Scalar): ScalarNode['style'] {
  if (node.type === 'QUOTE_DOUBLE') return 'double';
  if (node.type === 'QUOTE_SINGLE') return 'single';
  return node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL' ? 'block' : 'plain';
}

function emptyScalar(range: TextRange): ScalarNode {
  return { kind: 'scalar', range, style: 'plain', value: { type: 'null' } };
}
