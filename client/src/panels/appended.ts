/** What a followed run appended, without what the opening message has already told. */
import type { LogChunk, RunAppended } from '../../../protocol/src/bridge.ts';

/**
 * The part of a notification that is news to a page whose log ends at `logEndOffset` bytes; undefined where none is.
 * Points go on unsifted: a step that is known may as well be a later attempt's, and the page asks again where one
 * does not fit.
 */
export function newsOf(
  { points, progress, log }: RunAppended,
  logEndOffset: number,
): Omit<RunAppended, 'root' | 'runId'> | undefined {
  const newText = log && newLog(log, logEndOffset);
  if (points.length === 0 && !newText && !progress) return undefined;
  return { points, ...(progress ? { progress } : {}), ...(newText ? { log: newText } : {}) };
}

function newLog(chunk: LogChunk, logEndOffset: number): LogChunk | undefined {
  if (chunk.endOffset <= logEndOffset) return undefined;
  if (chunk.startOffset >= logEndOffset) return chunk;
  const bytes = Buffer.from(chunk.text, 'utf8');
  const isExact = bytes.length === chunk.endOffset - chunk.startOffset;
  // Where replaced bytes make offsets inexact, a few characters twice are better than any lost.
  if (!isExact) return chunk;
  const text = bytes.subarray(logEndOffset - chunk.startOffset).toString('utf8');
  return { ...chunk, text, startOffset: logEndOffset };
}
