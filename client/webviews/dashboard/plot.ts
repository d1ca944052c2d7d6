/** The uPlot side of a chart: its options, colours, axes and marks. Legend, keys and table live in chart-view.ts. */
import uPlot from 'uplot';
import { formatCount, formatTicks, formatValue } from '../lib/numbers.ts';
import type { Theme } from '../lib/theme.ts';
import type { EpochScale } from './epochs.ts';
import type { LogPlace, Mark } from './marks.ts';
import type { StepWindow } from './model.ts';
import { drawMarks, openByFlag } from './plot-marks.ts';
import { linearRange, linearTicks, logRange, logTicks, stepTicks } from './scales.ts';
import type { Scene } from './scene.ts';

/** Room for the labels, the same in every chart so that the plots of a column line up. */
const Y_AXIS_WIDTH_PX = 52;
const X_AXIS_HEIGHT_PX = 26;
/** Room right of the plot: at least this, and half of the last label of the x axis. */
const RIGHT_PX = 12;
const LABEL_CHARACTER_PX = 7;
const RAW_ALPHA = 0.4;
/** Points are marked while they stand at least this far apart. */
const POINT_SPACE_PX = 9;
const MARK_SIZE_PX = 4;

export interface PlotOptions {
  size: { width: number; height: number };
  theme: Theme;
  language: string;
  isLogScale: boolean;
  /** Present where the x axis is to be read in epochs. */
  epochs: EpochScale | undefined;
  /** The steps on show. */
  view: () => StepWindow;
  /** What is drawn; the lines may grow, their number and roles stay. */
  scene: () => Scene;
  marks: () => readonly Mark[];
  onHover: (step: number | undefined) => void;
  onSelect: (window: StepWindow) => void;
  onReset: () => void;
  onOpenLine: (place: LogPlace) => void;
}

/** A new plot below `host`. */
export function createPlot(host: HTMLElement, options: PlotOptions): uPlot {
  const { theme, isLogScale } = options;
  const plot = new uPlot(
    {
      ...options.size,
      legend: { show: false },
      padding: [8, () => rightPadding(options), 0, 0],
      scales: {
        x: { time: false, range: () => rangeOf(options.view()) },
        y: {
          distr: isLogScale ? 3 : 1,
          range: (_plot, minimum, maximum) => (isLogScale ? logRange : linearRange)(minimum, maximum),
        },
      },
      axes: [xAxis(options), yAxis(options)],
      series: [{}, ...seriesOf(options)],
      cursor: {
        x: true,
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { size: 7, width: 2, fill: () => theme.background },
        dataIdx: nearestDefined,
        // uPlot would show everything it has; the window belongs to all charts together.
        bind: {
          dblclick: () => () => {
            options.onReset();
            return null;
          },
        },
      },
      hooks: {
        setCursor: [
          (plot) => {
            const { left, idx } = plot.cursor;
            const isInside = left !== undefined && left >= 0 && idx !== null && idx !== undefined;
            options.onHover(isInside ? plot.data[0]?.[idx] : undefined);
          },
        ],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            const fromStep = Math.floor(plot.posToVal(left, 'x'));
            const toStep = Math.ceil(plot.posToVal(left + width, 'x'));
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            options.onSelect({ fromStep, toStep });
          },
        ],
        draw: [
          (plot) => drawNonFinite(plot, options.scene(), theme),
          (plot) => drawMarks(plot, options.marks(), theme),
        ],
      },
    },
    dataOf(options.scene()),
    host,
  );
  openByFlag(plot, options.marks, options.onOpenLine);
  return plot;
}

/** The scene's columns as uPlot takes them. */
export function dataOf(scene: Scene): uPlot.AlignedData {
  return [scene.aligned.steps, ...scene.aligned.columns];
}

function rangeOf(view: StepWindow): [number, number] {
  return view.fromStep === view.toStep ? [view.fromStep - 1, view.toStep + 1] : [view.fromStep, view.toStep];
}

function rightPadding({ language, view }: PlotOptions): number {
  return Math.max(RIGHT_PX, (formatCount(view().toStep, language).length * LABEL_CHARACTER_PX) / 2 + 2);
}

function seriesOf(options: PlotOptions): uPlot.Series[] {
  const { theme } = options;
  const all: uPlot.Series[] = [];
  for (const line of options.scene().lines) {
    const isEvaluation = line.definition.role === 'evaluation';
    const stroke = isEvaluation ? theme.evaluation : theme.train;
    const isFaint = line.smoothedColumn !== undefined;
    all[line.rawColumn] = {
      stroke,
      width: isFaint ? 1 : 1.5,
      alpha: isFaint ? RAW_ALPHA : 1,
      points: { show: isSparse, size: isEvaluation ? 6 : 4, fill: stroke, stroke, width: 0 },
    };
    if (line.smoothedColumn !== undefined) all[line.smoothedColumn] = smoothedSeries(stroke);
  }
  return all;
}

/** The first point of a smoothed line has no line yet, so it is marked. */
function smoothedSeries(stroke: string): uPlot.Series {
  const isAlone = (plot: uPlot, index: number) => pointsInView(plot, index) === 1;
  return { stroke, width: 2, points: { show: isAlone, size: 6, fill: stroke, stroke, width: 0 } };
}

/** Marks every point of a line while there is room, so that a single point is seen too. */
function isSparse(plot: uPlot, seriesIndex: number): boolean {
  return pointsInView(plot, seriesIndex) * POINT_SPACE_PX <= plot.over.clientWidth;
}

function pointsInView(plot: uPlot, seriesIndex: number): number {
  const column = plot.data[seriesIndex];
  const [from, to] = plot.series[0]?.idxs ?? [0, 0];
  let count = 0;
  for (let index = from; index <= to; index += 1) if (column?.[index] != null) count += 1;
  return count;
}

/** The point of the line that is nearest to the cursor's. */
function nearestDefined(plot: uPlot, seriesIndex: number, hovered: number): number | null {
  const steps = plot.data[0];
  const column = plot.data[seriesIndex];
  if (steps === undefined || column === undefined || column[hovered] != null) return hovered;
  let before = hovered;
  let after = hovered;
  while (before >= 0 && column[before] == null) before -= 1;
  while (after < column.length && column[after] == null) after += 1;
  if (before < 0) return after < column.length ? after : null;
  if (after >= column.length) return before;
  const at = steps[hovered] ?? 0;
  return at - (steps[before] ?? 0) <= (steps[after] ?? 0) - at ? before : after;
}

function xAxis(options: PlotOptions): uPlot.Axis {
  const { epochs, language, theme } = options;
  return {
    ...axisLook(theme),
    size: X_AXIS_HEIGHT_PX,
    gap: 6,
    splits: (plot, _axis, minimum, maximum) => {
      const wanted = Math.max(2, Math.floor((plot.width - Y_AXIS_WIDTH_PX) / 80));
      if (epochs === undefined) return stepTicks(minimum, maximum, wanted);
      return linearTicks(epochs.epochAt(minimum), epochs.epochAt(maximum), wanted).map(epochs.stepAt);
    },
    values: (_plot, splits) =>
      epochs === undefined
        ? splits.map((step) => formatCount(step, language))
        : formatTicks(splits.map(epochs.epochAt)),
  };
}

function yAxis(options: PlotOptions): uPlot.Axis {
  return {
    ...axisLook(options.theme),
    size: Y_AXIS_WIDTH_PX,
    gap: 6,
    splits: (plot, _axis, minimum, maximum) => {
      const wanted = Math.max(2, Math.floor((plot.height - X_AXIS_HEIGHT_PX) / 40));
      return options.isLogScale ? logTicks(minimum, maximum, wanted) : linearTicks(minimum, maximum, wanted);
    },
    // A logarithmic axis would hide all labels but those of whole decades.
    filter: (_plot, splits) => splits,
    values: (_plot, splits) => (options.isLogScale ? splits.map(formatValue) : formatTicks(splits)),
  };
}

function axisLook(theme: Theme): uPlot.Axis {
  return {
    font: theme.font,
    stroke: theme.muted,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { show: false },
    border: { show: false },
  };
}

/** A small triangle on the axis at every bucket that holds NaN or an infinity. */
function drawNonFinite(plot: uPlot, scene: Scene, theme: Theme): void {
  const size = MARK_SIZE_PX * uPlot.pxRatio;
  const bottom = plot.bbox.top + plot.bbox.height;
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = theme.alert;
  let lastDrawn = Number.NEGATIVE_INFINITY;
  for (const line of scene.lines) {
    if (line.series.nonFiniteCount === 0) continue;
    lastDrawn = Number.NEGATIVE_INFINITY;
    for (const bucket of line.series.buckets) {
      if (bucket.nonFiniteCount === 0) continue;
      const x = plot.valToPos(bucket.firstStep, 'x', true);
      const isInside = x >= plot.bbox.left - 1 && x <= plot.bbox.left + plot.bbox.width + 1;
      if (!isInside || x - lastDrawn < size) continue;
      lastDrawn = x;
      ctx.beginPath();
      ctx.moveTo(x, bottom - size * 1.8);
      ctx.lineTo(x + size, bottom);
      ctx.lineTo(x - size, bottom);
      ctx.fill();
    }
  }
  ctx.restore();
}
