/** What a followed run appended, without what the opening message has already told. */
import type { LogChunk, MetricsResult, RunAppended } from '../../../protocol/src/bridge.ts';
import type { MetricPoint } from '../../../protocol/src/metric.ts';

/** How far a dashboard has been told: per series the last step, and the end of the log in bytes. */
export interface Told {
  readonly lastSteps: ReadonlyMap<string, number>;
  readonly logEndOffset: number;
}

export function toldBy(metrics: MetricsResult, log: LogChunk): Told {
  const lastSteps = new Map(
    metrics.series.flatMap(({ name, lastSteps: steps }): [string, number][] => {
      const last = steps.at(-1);
      return last === undefined ? [] : [[name, last]];
    }),
  );
  return { lastSteps, logEndOffset: log.endOffset };
}

/** The part of a notification that is news; undefined where none is. */
export function newsOf(appended: RunAppended, told: Told): Omit<RunAppended, 'root' | 'runId'> | undefined {
  const points = appended.points.flatMap((point) => newPoint(point, told));
  const log = appended.log && newLog(appended.log, told);
  if (points.length === 0 && !log && !appended.progress) return undefined;
  return {
    points,
    ...(appended.progress ? { progress: appended.progress } : {}),
    ...(log ? { log } : {}),
  };
}

function newPoint(point: MetricPoint, { lastSteps }: Told): MetricPoint[] {
  const values = Object.entries(point.values).filter(([name]) => point.step > (lastSteps.get(name) ?? -1));
  if (values.length === 0) return [];
  return values.length === Object.keys(point.values).length
    ? [point]
    : [{ ...point, values: Object.fromEntries(values) }];
}

function newLog(chunk: LogChunk, { logEndOffset }: Told): LogChunk | undefined {
  if (chunk.endOffset <= logEndOffset) return undefined;
  if (chunk.startOffset >= logEndOffset) return chunk;
  const bytes = Buffer.from(chunk.text, 'utf8');
  const isExact = bytes.length === chunk.endOffset - chunk.startOffset;
  // Where replaced bytes make offsets inexact, a few characters twice are better than any lost.
  if (!isExact) return chunk;
  const text = bytes.subarray(logEndOffset - chunk.startOffset).toString('utf8');
  return { ...chunk, text, startOffset: logEndOffset };
}
