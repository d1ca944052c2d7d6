/** Where the cursor is: on a key or a value, under which path, and what is typed so far. Works on text that no parser takes. */
import type { ConfigPath } from '../../../protocol/src/finding.ts';
import { FlowScanner } from './flow-scanner.ts';
import type { TextRange } from './nodes.ts';

export interface CursorContext {
  readonly on: 'key' | 'value';
  /** Of the mapping that a key belongs to, or of the value itself. */
  readonly path: ConfigPath;
  /** What is typed before the cursor. */
  readonly prefix: string;
  /** The whole word or value at the cursor, without quotes. */
  readonly range: TextRange;
  readonly quote: '' | '"' | "'";
  /** A colon follows the key already. */
  readonly hasColon: boolean;
  /** Inside brackets or braces. */
  readonly isFlow: boolean;
}

interface Frame {
  readonly indent: number;
  readonly step: string | number;
}

const KEY = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#"'[\]{},&*!|>%@`][^#]*?))[ ]*:(?=\s|$)/;
const BLOCK_HEADER = /^[|>][-+0-9]*[ ]*(?:#.*)?$/;

/** The context at an offset; undefined inside comments and blocks of text. */
export function cursorAt(text: string, offset: number): CursorContext | undefined {
  return new CursorScan(text, offset).run();
}

class CursorScan {
  readonly #text: string;
  readonly #offset: number;
  readonly #frames: Frame[] = [];
  #flow: FlowScanner | undefined;
  /** Lines indented deeper than this belong to a block of text. */
  #blockIndent: number | undefined;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#offset = offset;
  }

  run(): CursorContext | undefined {
    for (let start = 0; ; ) {
      const lineBreak = this.#text.indexOf('\n', start);
      const end = lineBreak < 0 ? this.#text.length : lineBreak;
      const isLast = this.#offset <= end || lineBreak < 0;
      const context = this.#line(start, isLast ? Math.min(this.#offset, end) : end, isLast);
      if (isLast) return context;
      start = end + 1;
    }
  }

  /** Reads one line up to `end`; where it is the cursor's, says what is there. */
  #line(start: number, end: number, isLast: boolean): CursorContext | undefined {
    if (this.#flow) return this.#inFlow(start, end, isLast);
    const line = this.#text.slice(start, end).replace(/\r$/, '');
    const content = line.trimStart();
    const indent = line.length - content.length;
    if (this.#blockIndent !== undefined) {
      const isInside = content === '' ? !isLast || indent > this.#blockIndent : indent > this.#blockIndent;
      if (isInside) return undefined;
      this.#blockIndent = undefined;
    }
    if (content === '' && !isLast) return undefined;
    if (content.startsWith('#') || line.startsWith('%')) return undefined;
    if (line === '---') {
      this.#frames.length = 0;
      return undefined;
    }
    return this.#content({ text: content, indent, start: start + indent, end }, isLast);
  }

  #content(line: Content, isLast: boolean): CursorContext | undefined {
    const { text, indent, start, end } = line;
    const dash = /^-(?:[ ]+|$)/.exec(text);
    if (dash) {
      this.#listItem(indent);
      const skipped = dash[0].length;
      return this.#content(
        { text: text.slice(skipped), indent: indent + skipped, start: start + skipped, end },
        isLast,
      );
    }
    const isItem = this.#frames.some((frame) => typeof frame.step === 'number' && frame.indent < indent);
    this.#leave((frame) => frame.indent >= indent);
    const key = KEY.exec(text);
    if (key) {
      this.#frames.push({ indent, step: key[1] ?? key[2] ?? key[3] ?? '' });
      return this.#value({ start: start + key[0].length, end, keyIndent: indent }, isLast);
    }
    const isJson = this.#frames.length === 0 && /^[[{]/.test(text);
    if (isJson || (isItem && this.#isItemStart(start)))
      return this.#value({ start, end, keyIndent: indent }, isLast);
    return isLast ? this.#key(start, end) : undefined;
  }

  /** Whether a text begins right after its dash. */
  #isItemStart(start: number): boolean {
    return /-[ ]+$/.test(this.#text.slice(Math.max(0, start - 20), start));
  }

  #listItem(indent: number): void {
    this.#leave(
      (frame) =>
        frame.indent > indent ||
        (frame.indent === indent && typeof frame.step === 'string' && this.#isDeeper(frame)),
    );
    const top = this.#frames.at(-1);
    if (top && top.indent === indent && typeof top.step === 'number') {
      this.#frames[this.#frames.length - 1] = { indent, step: top.step + 1 };
    } else this.#frames.push({ indent, step: 0 });
  }

  /** A list may begin in its key's own column; a key inside an element of that list is deeper. */
  #isDeeper(frame: Frame): boolean {
    const below = this.#frames[this.#frames.indexOf(frame) - 1];
    return below?.indent === frame.indent && typeof below.step === 'number';
  }

  #leave(isLeft: (frame: Frame) => boolean): void {
    for (let top = this.#frames.at(-1); top && isLeft(top); top = this.#frames.at(-1)) this.#frames.pop();
  }

  #value(place: ValuePlace, isLast: boolean): CursorContext | undefined {
    const { start, end, keyIndent } = place;
    const rest = this.#text.slice(start, end).replace(/\r$/, '');
    const value = rest.trimStart();
    if (BLOCK_HEADER.test(value) && !isLast) {
      this.#blockIndent = keyIndent;
      return undefined;
    }
    this.#flow = new FlowScanner(this.#text);
    const valueStart = start + rest.length - value.length;
    // Right behind the colon nothing can be typed yet that YAML would take for a value.
    const isBehindColon = isLast && rest === '' && this.#text[start - 1] === ':';
    return this.#inFlow(isBehindColon ? start : valueStart, end, isLast);
  }

  #inFlow(start: number, end: number, isLast: boolean): CursorContext | undefined {
    const flow = this.#flow;
    if (!flow) return undefined;
    flow.scan(start, end);
    if (isLast) return this.#flowContext(flow, end);
    flow.endLine();
    if (!flow.isOpen) this.#flow = undefined;
    return undefined;
  }

  #flowContext(flow: FlowScanner, offset: number): CursorContext | undefined {
    if (flow.isInComment) return undefined;
    const { steps, on, tokenStart, quote, isInside } = flow.state(offset);
    const path = [...this.#frames.map((frame) => frame.step), ...steps];
    const end = flow.tokenEnd({ from: offset, quote, isInside, on });
    const after = this.#text.slice(end + quote.length, end + quote.length + 20);
    return {
      on,
      path,
      prefix: this.#text.slice(tokenStart, offset),
      range: { start: tokenStart, end },
      quote,
      hasColon: on === 'key' && /^["']?\s*:/.test(after),
      isFlow: isInside,
    };
  }

  #key(start: number, offset: number): CursorContext {
    const first = this.#text[start];
    const quote = offset > start && (first === '"' || first === "'") ? first : '';
    const tokenStart = start + quote.length;
    const rest = /^[\w.-]*/.exec(this.#text.slice(offset))?.[0] ?? '';
    const end = offset + rest.length;
    return {
      on: 'key',
      path: this.#frames.map((frame) => frame.step),
      prefix: this.#text.slice(tokenStart, offset),
      range: { start: tokenStart, end },
      quote,
      hasColon: /^["']?[ ]*:(?:\s|$)/.test(this.#text.slice(end, end + 20)),
      isFlow: false,
    };
  }
}

interface Content {
  readonly text: string;
  readonly indent: number;
  readonly start: number;
  readonly end: number;
}

interface ValuePlace {
  readonly start: number;
  readonly end: number;
  /** Column of the key, or of the text behind a dash. */
  readonly keyIndent: number;
}
