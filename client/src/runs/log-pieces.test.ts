import { expect, it } from 'vitest';
import { LOG_WINDOW_BYTES, lineOf, logText, pieceAround } from './log-pieces.ts';

it('shows a log as a terminal would: the last state of each progress bar, and a cut first line left out', () => {
  expect(logText({ text: 'a\r\n 10%\r 20%\r 30%\nend\n', startOffset: 0 })).toBe('a\n 30%\nend\n');
  expect(logText({ text: 'tail of a line\nwhole\n', startOffset: 99 })).toBe(
    '(earlier lines are in the run folder)\nwhole\n',
  );
});

it('finds the line of a byte, also behind characters of several bytes', () => {
  const chunk = { text: 'äöü\nzwei\ndrei\n', startOffset: 100 };
  expect(lineOf(chunk, 100)).toBe(0);
  expect(lineOf(chunk, 107)).toBe(1);
  expect(lineOf(chunk, 112)).toBe(2);
  expect(lineOf(chunk, 0)).toBe(0);
});

/** A log of which a part in the middle is no longer kept, as the bridge reads it. */
function readerOf(text: string, lost: { from: number; to: number }) {
  return async (asked: number) => {
    const start = asked >= lost.from && asked < lost.to ? lost.to : asked;
    const end = Math.min(start + LOG_WINDOW_BYTES, start < lost.from ? lost.from : text.length);
    return { text: text.slice(start, end), startOffset: start, endOffset: end, sizeBytes: text.length };
  };
}

const LINE = 'a line of ten thousand.\n';
const LONG = LINE.repeat(100_000);
const lost = { from: LINE.length * 1_000, to: LINE.length * 90_000 };

it('shows the surroundings of a byte that is kept, before and behind a part that is not', async () => {
  for (const line of [10, 999, 90_000, 90_001]) {
    const found = await pieceAround(readerOf(LONG, lost), LINE.length * line);
    expect(found.text.split('\n')[found.line]).toMatch(/^a line of ten thousand|^\(earlier lines/);
    expect(found.text).not.toContain('no longer kept');
  }
});

it('says of a byte that is no longer kept where it was, and where what is kept goes on', async () => {
  const { text, line } = await pieceAround(readerOf(LONG, lost), LINE.length * 50_000);
  expect(line).toBe(0);
  expect(text.split('\n').slice(0, 2)).toEqual([
    '(This place of the log is no longer kept: it was at 1.2 MB of 2.4 MB. What is kept goes on at 2.2 MB.)',
    'a line of ten thousand.',
  ]);
});
