/** Prepares what one chart draws: the lines' columns, and what the legend and the table say of them. No DOM here. */
import type { ChartDefinition, ChartLine } from './charts/chart.ts';
import { type AlignedLines, alignLines, extremesLine, type Line, positiveOnly, valuesLine } from './lines.ts';
import type { RunModel } from './model.ts';
import type { BucketSeries } from './series.ts';
import { SMOOTHING_START, smooth } from './smoothing.ts';

/** A line of a chart with the series behind it. */
export interface SceneLine {
  definition: ChartLine;
  series: BucketSeries;
  /** Smoothed values, one a bucket; absent where the line is not smoothed. */
  smoothed?: (number | undefined)[];
  /** Positions of the line's columns in the scene. */
  rawColumn: number;
  smoothedColumn?: number;
  /** Finite values that a logarithmic axis cannot show. */
  hiddenCount: number;
}

export interface Scene {
  lines: SceneLine[];
  aligned: AlignedLines;
}

export interface SceneOptions {
  smoothing: number;
  isLogScale: boolean;
}

/** The scene of a chart, or undefined where none of its series has a point yet. */
export function sceneOf(chart: ChartDefinition, model: RunModel, options: SceneOptions): Scene | undefined {
  const lines: SceneLine[] = [];
  const drawn: Line[] = [];
  const push = (line: Line): number => drawn.push(options.isLogScale ? positiveOnly(line) : line) - 1;
  for (const definition of chart.lines) {
    const series = model.shown(definition.series);
    if (series === undefined || series.pointCount === 0) continue;
    const raw = extremesLine(series.buckets);
    const line: SceneLine = { definition, series, rawColumn: push(raw), hiddenCount: 0 };
    if (options.isLogScale)
      line.hiddenCount = raw.values.filter((value) => value !== null && value <= 0).length;
    if (definition.isSmoothed && options.smoothing > 0) {
      line.smoothed = smoothedValues(definition.series, model, options.smoothing);
      line.smoothedColumn = push(valuesLine(series.buckets, line.smoothed));
    }
    lines.push(line);
  }
  return lines.length === 0 ? undefined : { lines, aligned: alignLines(drawn) };
}

/** In a window the average goes on from where it stands at the window's start, so that zooming does not bend the line. */
function smoothedValues(name: string, model: RunModel, weight: number): (number | undefined)[] {
  const shown = model.shown(name);
  const whole = model.whole(name);
  if (shown === undefined) return [];
  if (shown === whole || whole === undefined) return smooth(shown.buckets, weight).values;
  const firstStep = shown.firstStep ?? 0;
  const before = whole.buckets.filter((bucket) => bucket.lastStep < firstStep);
  const start = before.length === 0 ? SMOOTHING_START : smooth(before, weight).end;
  return smooth(shown.buckets, weight, start).values;
}
