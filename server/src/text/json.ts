/** Reads JSON configs as Python's `json` module does, and keeps what stands before the first mistake. */
import type { ConfigNode, Entry, PythonScalar, ReadText, TextProblem, TextRange } from './nodes.ts';

const MAX_DEPTH = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const STRING = /"(?:[^"\\\n\r]|\\.)*"/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f]/;
const SPACE = /[ \t\n\r]*/y;
const WORDS: ReadonlyMap<string, PythonScalar> = new Map<string, PythonScalar>([
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
  ['null', { type: 'null' }],
  ['NaN', { type: 'number', value: Number.NaN }],
  ['-Infinity', { type: 'number', value: Number.NEGATIVE_INFINITY }],
  ['Infinity', { type: 'number', value: Number.POSITIVE_INFINITY }],
]);

/** Thrown inside the reader where it cannot go on; carries the problem to its one caller. */
class Stop extends Error {
  readonly problem: TextProblem;
  constructor(problem: TextProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** Reads a JSON text. Never throws. A first line `// tunewright: <task>` is passed over. */
export function readJson(text: string): ReadText {
  const reader = new JsonReader(text);
  return reader.read();
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  #root: ConfigNode | undefined;

  constructor(text: string) {
    this.#text = text;
    const declaration = /^\uFEFF?\s*\/\/[^\n]*\n?/.exec(text);
    this.#at = declaration?.[0].length ?? 0;
  }

  read(): ReadText {
    try {
      this.#space();
      if (this.#at >= this.#text.length) return { root: undefined, problems: [] };
      this.#value(0, (node) => {
        this.#root = node;
      });
      this.#space();
      if (this.#at < this.#text.length) this.#stop();
      return { root: this.#root, problems: [] };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return { root: this.#root, problems: [error.problem] };
    }
  }

  /** `keep` is told of a collection before its content is read, so that a broken end does not lose the beginning. */
  #value(depth: number, keep?: (node: ConfigNode) => void): ConfigNode {
    if (depth > MAX_DEPTH) this.#stop('nested-too-deeply');
    const start = this.#at;
    const first = this.#text[start];
    if (first === '{') return this.#object(start, depth, keep);
    if (first === '[') return this.#array(start, depth, keep);
    if (first === '"') return this.#scalar(start, { type: 'string', value: this.#string() });
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, start)) {
        this.#at += word.length;
        return this.#scalar(start, value);
      }
    }
    NUMBER.lastIndex = start;
    const match = NUMBER.exec(this.#text);
    if (!match) this.#stop();
    this.#at += match[0].length;
    const isFloat = match[1] !== undefined || match[2] !== undefined;
    const value: PythonScalar = isFloat
      ? { type: 'number', value: Number(match[0]) }
      : { type: 'integer', value: BigInt(match[0]) };
    return this.#scalar(start, value);
  }

  #object(start: number, depth: number, keep?: (node: ConfigNode) => void): ConfigNode {
    const entries: Entry[] = [];
    const range = { start, end: this.#text.length };
    const node: ConfigNode = { kind: 'mapping', range, isFlow: true, entries };
    keep?.(node);
    this.#at += 1;
    this.#space();
    while (this.#text[this.#at] !== '}') {
      this.#checkOpen(start, '}');
      if (entries.length > 0) this.#expect(',');
      const keyStart = this.#at;
      if (this.#text[this.#at] !== '"') this.#stop();
      const name = this.#string();
      const keyRange = { start: keyStart, end: this.#at };
      this.#space();
      this.#expect(':');
      entries.push({ name, keyRange, value: this.#value(depth + 1), isMerged: false });
      this.#space();
    }
    this.#at += 1;
    range.end = this.#at;
    return node;
  }

  #array(start: number, depth: number, keep?: (node: ConfigNode) => void): ConfigNode {
    const items: ConfigNode[] = [];
    const range = { start, end: this.#text.length };
    const node: ConfigNode = { kind: 'list', range, isFlow: true, items };
    keep?.(node);
    this.#at += 1;
    this.#space();
    while (this.#text[this.#at] !== ']') {
      this.#checkOpen(start, ']');
      if (items.length > 0) this.#expect(',');
      items.push(this.#value(depth + 1));
      this.#space();
    }
    this.#at += 1;
    range.end = this.#at;
    return node;
  }

  /** The text must not end before a collection does. */
  #checkOpen(start: number, closing: string): void {
    if (this.#at < this.#text.length) return;
    throw new Stop({ code: 'unclosed', range: { start, end: start + 1 }, subject: closing });
  }

  #string(): string {
    STRING.lastIndex = this.#at;
    const match = STRING.exec(this.#text);
    if (!match) this.#stop('unclosed', '"');
    const start = this.#at;
    this.#at += match[0].length;
    const control = match[0].search(CONTROL);
    if (control >= 0) {
      const character = (match[0].codePointAt(control) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const at = start + control;
      throw new Stop({ code: 'bad-character', range: { start: at, end: at + 1 }, subject: `U+${character}` });
    }
    try {
      const value: unknown = JSON.parse(match[0]);
      return typeof value === 'string' ? value : '';
    } catch {
      // What is left for JSON.parse to refuse is an escape.
      throw new Stop({ code: 'bad-escape', range: { start, end: this.#at } });
    }
  }

  #scalar(start: number, value: PythonScalar): ConfigNode {
    const range: TextRange = { start, end: this.#at };
    return { kind: 'scalar', range, style: value.type === 'string' ? 'double' : 'plain', value };
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) this.#stop('missing-character', character);
    this.#at += 1;
    this.#space();
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
  }

  /** What people write who think of YAML, Python or JavaScript. */
  #habit(): TextProblem | undefined {
    const here = this.#text.slice(this.#at, this.#at + 6);
    const range = { start: this.#at, end: this.#at + 1 };
    if (here.startsWith("'")) return { code: 'json-quote', range };
    if (/^(?:#|\/\/|\/\*)/.test(here)) return { code: 'json-comment', range };
    const word = /^(?:True|False|None)\b/.exec(here)?.[0];
    if (word !== undefined) {
      return { code: 'json-word', range: { start: this.#at, end: this.#at + word.length }, subject: word };
    }
    const before = this.#text.slice(0, this.#at).trimEnd();
    if (!/^[\]}]/.test(here) || !before.endsWith(',')) return undefined;
    return { code: 'json-comma', range: { start: before.length - 1, end: before.length } };
  }

  #stop(code: TextProblem['code'] = 'json-syntax', subject?: string): never {
    const end = Math.min(this.#at + 1, this.#text.length);
    const range = { start: Math.min(this.#at, this.#text.length), end };
    const known = this.#habit();
    if (known) throw new Stop(known);
    throw new Stop({ code, range, ...(subject === undefined ? {} : { subject }) });
  }
}
