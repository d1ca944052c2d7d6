/** Reads JSON configs as Python's `json` module does, and keeps what stands before the first mistake. */
import type { ConfigNode, Entry, PythonScalar, ReadText, TextProblem, TextRange } from './nodes.ts';

const MAX_DEPTH = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const STRING = /"(?:[^"\\\n\r]|\\.)*"/y;
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
      if (items.length > 0) this.#expect(',');
      items.push(this.#value(depth + 1));
      this.#space();
    }
    this.#at += 1;
    range.end = this.#at;
    return node;
  }

  #string(): string {
    STRING.lastIndex = this.#at;
    const match = STRING.exec(this.#text);
    if (!match) this.#stop();
    try {
      const value: unknown = JSON.parse(match[0]);
      this.#at += match[0].length;
      return typeof value === 'string' ? value : '';
    } catch {
      // JSON.parse refuses an escape or a control character inside the text.
      return this.#stop('bad-escape');
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

  #stop(code: TextProblem['code'] = 'json-syntax', subject?: string): never {
    const end = Math.min(this.#at + 1, this.#text.length);
    const range = { start: Math.min(this.#at, this.#text.length), end };
    throw new Stop({ code, range, ...(subject === undefined ? {} : { subject }) });
  }
}
