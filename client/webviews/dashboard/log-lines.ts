/** The tail of a console log as lines in bounded memory: joins chunks by byte offset and undoes terminal tricks. */
import type { LogChunk } from '../../../protocol/src/bridge.ts';

/** Lines kept; a training log of a day has fewer, and the whole is a click away in the editor. */
const MAX_LINES = 100_000;
/** A longer line is cut: nobody reads it here and the layout would suffer. */
const MAX_LINE_LENGTH = 4_000;
/** Terminal control sequences: colours and cursor movement (ECMA-48, CSI and OSC). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with a control character
const CONTROL_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

export class LogLines {
  readonly #maxLines: number;
  #lines: string[] = [];
  /** The last line as it came, while its end is not here yet. */
  #open = '';
  #endOffset: number | undefined;
  #droppedLineCount = 0;

  constructor(maxLines = MAX_LINES) {
    this.#maxLines = maxLines;
  }

  get count(): number {
    return this.#lines.length + (this.#open === '' ? 0 : 1);
  }

  /** Lines that came and were let go again from the start of the list. */
  get droppedLineCount(): number {
    return this.#droppedLineCount;
  }

  at(index: number): string {
    return this.#lines[index] ?? (index === this.#lines.length ? shown(this.#open) : '');
  }

  /** The last lines that say something, oldest first. */
  tail(count: number): string[] {
    const found: string[] = [];
    for (let index = this.count - 1; index >= 0 && found.length < count; index -= 1) {
      const line = this.at(index).trimEnd();
      if (line !== '') found.unshift(line);
    }
    return found;
  }

  clear(): void {
    this.#lines = [];
    this.#open = '';
    this.#endOffset = undefined;
    this.#droppedLineCount = 0;
  }

  /**
   * Adds a chunk behind what is here. What overlaps is left out; a chunk that starts further on leaves a gap,
   * and one of a file that became shorter starts the list anew.
   */
  append(chunk: LogChunk): void {
    const known = this.#endOffset;
    if (known !== undefined && chunk.sizeBytes < known) this.clear();
    let text = chunk.text;
    if (this.#endOffset !== undefined) {
      if (chunk.endOffset <= this.#endOffset) return;
      if (chunk.startOffset > this.#endOffset) this.#addText('\n…\n');
      else text = withoutBytes(text, this.#endOffset - chunk.startOffset);
    } else if (chunk.startOffset > 0) {
      // The piece most likely starts within a line.
      text = text.slice(text.indexOf('\n') + 1);
    }
    this.#endOffset = chunk.endOffset;
    this.#addText(text);
  }

  #addText(text: string): void {
    const pieces = (this.#open + text).split('\n');
    this.#open = pieces.pop() ?? '';
    // Only what comes after the last carriage return can ever be seen again.
    if (this.#open.length > MAX_LINE_LENGTH) this.#open = shown(this.#open);
    for (const piece of pieces) this.#lines.push(shown(piece));
    const surplus = this.#lines.length - this.#maxLines;
    if (surplus > 0) {
      this.#lines.splice(0, surplus);
      this.#droppedLineCount += surplus;
    }
  }
}

/** What a terminal would show of a line: the text after the last carriage return that writes anything, without colours. */
function shown(raw: string): string {
  const writings = raw.replace(CONTROL_SEQUENCES, '').split('\r');
  const last = writings.findLast((writing) => writing.trim() !== '') ?? '';
  return last.length > MAX_LINE_LENGTH ? `${last.slice(0, MAX_LINE_LENGTH)}…` : last;
}

function withoutBytes(text: string, byteCount: number): string {
  if (byteCount === 0) return text;
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(byteCount));
}
