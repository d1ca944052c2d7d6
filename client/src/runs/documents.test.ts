import { expect, it } from 'vitest';
import { lineOf, logText } from './documents.ts';

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
