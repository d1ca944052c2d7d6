import { describe, expect, it } from 'vitest';
import { LogLines } from './log-lines.ts';

const encoder = new TextEncoder();

/** Feeds the text in pieces of so many bytes, as they come from a file. */
function feed(log: LogLines, text: string, pieceBytes: number): void {
  const bytes = encoder.encode(text);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const end = Math.min(bytes.length, start + pieceBytes);
    const piece = new TextDecoder().decode(bytes.subarray(start, end));
    log.append({ text: piece, startOffset: start, endOffset: end, sizeBytes: bytes.length });
  }
}

function all(log: LogLines): string[] {
  return Array.from({ length: log.count }, (_, index) => log.at(index));
}

function chunk(text: string, startOffset: number, sizeBytes?: number) {
  const endOffset = startOffset + encoder.encode(text).length;
  return { text, startOffset, endOffset, sizeBytes: sizeBytes ?? endOffset };
}

describe('LogLines', () => {
  it.each([1, 3, 7, 1000])('joins pieces of %i bytes to the same lines', (pieceBytes) => {
    const log = new LogLines();
    feed(log, 'loading\nstep 1\nstep 2\nlast', pieceBytes);
    expect(all(log)).toEqual(['loading', 'step 1', 'step 2', 'last']);
  });

  it('shows of a progress bar what a terminal shows in the end', () => {
    const log = new LogLines();
    log.append(chunk('\rTrain:  0%|  | 0/9\rTrain: 11%|# | 1/9\r\nnext\n', 0));
    expect(all(log)).toEqual(['Train: 11%|# | 1/9', 'next']);
  });

  it('takes colours away', () => {
    const log = new LogLines();
    log.append(chunk('\u001b[1;31merror\u001b[0m: gone\n', 0));
    expect(all(log)).toEqual(['error: gone']);
  });

  it('leaves out what overlaps and marks what is missing', () => {
    const log = new LogLines();
    log.append(chunk('größe\nb\n', 0));
    log.append(chunk('ße\nb\nc\n', 4));
    log.append(chunk('c\n', 10));
    log.append(chunk('z\n', 100));
    expect(all(log)).toEqual(['größe', 'b', 'c', '', '…', 'z']);
  });

  it('starts at a whole line when it gets the tail of a long file', () => {
    const log = new LogLines();
    log.append(chunk('f of a line\nwhole\n', 5000));
    expect(all(log)).toEqual(['whole']);
  });

  it('starts anew when the file became shorter', () => {
    const log = new LogLines();
    log.append(chunk('first attempt\nmore\n', 0));
    log.append(chunk('second\n', 0));
    expect(all(log)).toEqual(['second']);
  });

  it('keeps the newest lines only and counts the rest', () => {
    const log = new LogLines(100);
    feed(log, Array.from({ length: 1000 }, (_, line) => `line ${line}\n`).join(''), 512);
    expect([log.count, log.droppedLineCount, log.at(0), log.at(99)]).toEqual([
      100,
      900,
      'line 900',
      'line 999',
    ]);
  });

  it('gives the last lines that say something', () => {
    const log = new LogLines();
    log.append(chunk('a\n\nb\n   \n', 0));
    expect(log.tail(5)).toEqual(['a', 'b']);
    expect(log.tail(1)).toEqual(['b']);
  });
});
