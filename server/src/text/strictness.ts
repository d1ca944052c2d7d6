/** Watches the tokens of npm `yaml` for what it lets pass and PyYAML refuses: tabs, unprintable characters, `?` in brackets. */
import type { CST } from 'yaml';
import type { ProblemCode, TextProblem } from './nodes.ts';

// source: yaml/reader.py of PyYAML: NON_PRINTABLE
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNPRINTABLE = /[^\x09\x0A\x0D\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const MARKS = new Set(['\u0002', '\u0018', '\u001f']);

/** Takes the lexemes of one text in order and collects the problems. */
export class Strictness {
  readonly problems: TextProblem[] = [];
  #offset = 0;
  #flowDepth = 0;
  /** The mark before a scalar was seen: the next lexeme is its text. */
  #isScalarNext = false;
  #isBlockScalarNext = false;

  next(lexeme: string, type: CST.TokenType | null): void {
    if (MARKS.has(lexeme)) {
      if (lexeme === '\u001f') this.#isScalarNext = true;
      return;
    }
    if (this.#isScalarNext) {
      this.#isScalarNext = false;
      if (!this.#isBlockScalarNext) this.#plainScalar(lexeme);
      this.#isBlockScalarNext = false;
    } else if (type === 'block-scalar-header') this.#isBlockScalarNext = true;
    else if (type === 'flow-map-start' || type === 'flow-seq-start') this.#flowDepth += 1;
    else if (type === 'flow-map-end' || type === 'flow-seq-end') this.#flowDepth -= 1;
    else if (type === 'directive-line') this.#directive(lexeme);
    else if (type === 'comment') this.#lineSeparator(lexeme);
    else if (type === 'space' || type === 'newline' || type === 'doc-start' || type === 'doc-end')
      this.#tab(lexeme);
    this.#unprintable(lexeme);
    this.#offset += lexeme.length;
  }

  #plainScalar(text: string): void {
    this.#tab(text);
    this.#lineSeparator(text);
    if (this.#flowDepth === 0) return;
    const mark = text.indexOf('?');
    if (mark >= 0) this.#add('question-mark-in-flow', mark, '?');
    if (text.startsWith(':')) this.#add('bad-scalar-start', 0, ':');
  }

  #directive(line: string): void {
    if (!/^%[A-Za-z0-9_-]+(?:[ \t]|$)/.test(line)) this.#add('bad-directive', 0, line);
  }

  /** Three characters that end a line for PyYAML and for nobody else. */
  #lineSeparator(text: string): void {
    const at = text.search(/[\u0085\u2028\u2029]/);
    if (at >= 0) this.#add('bad-character', at, characterName(text, at));
  }

  #tab(text: string): void {
    const at = text.indexOf('\t');
    if (at >= 0) this.#add('tab', at);
  }

  #unprintable(text: string): void {
    const match = UNPRINTABLE.exec(text);
    if (!match) return;
    this.#add('bad-character', match.index, characterName(text, match.index));
  }

  #add(code: ProblemCode, at: number, subject?: string): void {
    const start = this.#offset + at;
    this.problems.push({
      code,
      range: { start, end: start + 1 },
      ...(subject === undefined ? {} : { subject }),
    });
  }
}

function characterName(text: string, at: number): string {
  return `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
