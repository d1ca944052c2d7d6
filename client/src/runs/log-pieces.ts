/** Pieces of a console log as texts, and the line in them that is looked for. Knows no widget. */
import { l10n } from 'vscode';
import type { LogChunk } from '../../../protocol/src/bridge.ts';
import { sizeText } from './sizes.ts';

/** How much of a log is shown at once; the whole is in the run's folder. */
export const LOG_WINDOW_BYTES = 512 * 1024;

type Piece = Pick<LogChunk, 'text' | 'startOffset'>;

/** A text, and the line in it that was looked for, from 0. */
export interface FoundLine {
  readonly text: string;
  readonly line: number;
}

/** The surroundings of a byte; where it is no longer kept, the text says so, and shows what comes next. */
export async function pieceAround(
  read: (startOffset: number) => Promise<LogChunk>,
  offset: number,
): Promise<FoundLine> {
  const around = await read(Math.max(0, offset - LOG_WINDOW_BYTES / 2));
  // A piece ends early before a part that is not kept, and the byte may lie behind that.
  const endsBefore = around.endOffset <= offset && around.endOffset < around.sizeBytes;
  const chunk = endsBefore ? await read(offset) : around;
  if (chunk.startOffset <= offset) return { text: logText(chunk), line: lineOf(chunk, offset) };
  const lost = l10n.t(
    '(This place of the log is no longer kept: it was at {0} of {1}. What is kept goes on at {2}.)',
    sizeText(offset),
    sizeText(chunk.sizeBytes),
    sizeText(chunk.startOffset),
  );
  return { text: [lost, ...linesOf(chunk)].join('\n'), line: 0 };
}

/** A piece of a log as people read it. */
export function logText(piece: Piece): string {
  const lines = linesOf(piece);
  if (piece.startOffset === 0) return lines.join('\n');
  // The first line is cut somewhere in the middle.
  return [l10n.t('(earlier lines are in the run folder)'), ...lines.slice(1)].join('\n');
}

/** Carriage returns of progress bars overwrite what was before them. */
function linesOf({ text }: Piece): string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, '').split('\r').at(-1) ?? '');
}

/** The line of a piece of a log in which a byte lies, from 0. */
export function lineOf({ text, startOffset }: Piece, offset: number): number {
  const before = Buffer.from(text, 'utf8').subarray(0, Math.max(0, offset - startOffset));
  return before.toString('utf8').split('\n').length - 1;
}
