/** Follows values, brackets and quotes character by character, across lines, up to the cursor. */

interface Level {
  readonly kind: 'list' | 'mapping';
  /** Position in a list. */
  index: number;
  /** The key whose value is being read. */
  key: string | undefined;
}

export interface FlowState {
  /** Steps of the path below the value that the scan began with. */
  readonly steps: readonly (string | number)[];
  readonly on: 'key' | 'value';
  readonly tokenStart: number;
  readonly quote: '' | '"' | "'";
  readonly isInside: boolean;
}

export interface TokenEnd {
  readonly from: number;
  readonly quote: FlowState['quote'];
  readonly isInside: boolean;
  readonly on: FlowState['on'];
}

export class FlowScanner {
  readonly #text: string;
  readonly #levels: Level[] = [];
  #quote: '' | '"' | "'" = '';
  /** Start of the token that is being read; undefined between tokens. */
  #tokenStart: number | undefined;
  #tokenEnd = 0;
  isInComment = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the value goes on in the next line. */
  get isOpen(): boolean {
    return this.#levels.length > 0 || this.#quote !== '';
  }

  scan(start: number, end: number): void {
    for (let at = start; at < end && !this.isInComment; at += 1) at += this.#character(at);
  }

  endLine(): void {
    this.isInComment = false;
    if (this.#quote === '' && this.#levels.length === 0) this.#tokenStart = undefined;
  }

  /** Takes in one character; returns how many more it has used up. */
  #character(at: number): number {
    const character = this.#text[at] ?? '';
    if (this.#quote !== '') return this.#quoted(character, at);
    if (character === ' ' || character === '\t' || character === '\r') return 0;
    const isTokenOpen = this.#tokenStart !== undefined;
    if (character === '#' && (at === 0 || /\s/.test(this.#text[at - 1] ?? ''))) this.isInComment = true;
    else if ((character === '"' || character === "'") && !isTokenOpen) {
      this.#quote = character;
      this.#tokenStart = at + 1;
    } else if (character === '[' || character === '{') this.#open(character, isTokenOpen, at);
    else if (this.#levels.length > 0 && (character === ']' || character === '}')) this.#close();
    else if (this.#levels.length > 0 && character === ',') this.#next();
    else if (this.#levels.length > 0 && character === ':' && this.#endsKey(at)) this.#key();
    else {
      this.#tokenStart ??= at;
      this.#tokenEnd = at + 1;
    }
    return 0;
  }

  #quoted(character: string, at: number): number {
    if (character === '\\' && this.#quote === '"') return 1;
    if (character !== this.#quote) return 0;
    if (character === "'" && this.#text[at + 1] === "'") return 1;
    this.#quote = '';
    this.#tokenEnd = at;
    return 0;
  }

  #open(character: string, isTokenOpen: boolean, at: number): void {
    if (isTokenOpen && this.#levels.length === 0) {
      this.#tokenEnd = at + 1;
      return;
    }
    this.#levels.push({ kind: character === '[' ? 'list' : 'mapping', index: 0, key: undefined });
    this.#tokenStart = undefined;
  }

  #close(): void {
    this.#levels.pop();
    this.#tokenStart = undefined;
  }

  #next(): void {
    const level = this.#levels.at(-1);
    if (level) {
      level.index += 1;
      level.key = undefined;
    }
    this.#tokenStart = undefined;
  }

  #endsKey(at: number): boolean {
    const isAfterQuote = /["']/.test(this.#text[at - 1] ?? '');
    // In a list a colon is mostly part of a text that is being typed, such as `hf::`.
    if (this.#levels.at(-1)?.kind === 'list') return /\s/.test(this.#text[at + 1] ?? '');
    return isAfterQuote || /[\s,[\]{}]/.test(this.#text[at + 1] ?? ' ');
  }

  #key(): void {
    const level = this.#levels.at(-1);
    if (level?.kind === 'mapping' && this.#tokenStart !== undefined) {
      level.key = this.#text.slice(this.#tokenStart, this.#tokenEnd);
    }
    this.#tokenStart = undefined;
  }

  state(offset: number): FlowState {
    const top = this.#levels.at(-1);
    const on = top?.kind === 'mapping' && top.key === undefined ? 'key' : 'value';
    const steps = this.#levels.flatMap((level): (string | number)[] =>
      level.kind === 'list' ? [level.index] : level.key === undefined ? [] : [level.key],
    );
    const isInside = this.#levels.length > 0;
    return { steps, on, tokenStart: this.#tokenStart ?? offset, quote: this.#quote, isInside };
  }

  /** Where the token that holds an offset ends. */
  tokenEnd({ from, quote, isInside, on }: TokenEnd): number {
    const lineBreak = this.#text.indexOf('\n', from);
    const line = this.#text.slice(from, lineBreak < 0 ? this.#text.length : lineBreak);
    const closing = quote === '' ? -1 : line.indexOf(quote);
    if (quote !== '') return from + Math.max(closing, 0);
    const stop = isInside ? (on === 'key' ? /[\s,[\]{}:]/ : /[,[\]{}]|\s*$|\s#/) : /\s*$|\s+#/;
    const length = line.search(stop);
    return from + (length < 0 ? line.trimEnd().length : length);
  }
}
