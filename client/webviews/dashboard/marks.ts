/** Marks on the curves: alerts where they happened, and the steps at which an attempt went on. No DOM here. */
import { t } from '@vscode/l10n';
import type { ChartDefinition } from './charts/chart.ts';
import type { RunModel } from './model.ts';

export type MarkKind = 'alert' | 'hint' | 'resume';

/** A byte of the log of an attempt. */
export interface LogPlace {
  logOffset: number;
  attempt: number;
}

export interface Mark {
  step: number;
  kind: MarkKind;
  text: string;
  /** The line of the log that tells of it, where one does. */
  place?: LogPlace;
}

/** The chart that shows alerts which belong to no series, or to one that has not been logged. */
const MAIN_CHART = 'loss';

/** The marks of a chart by ascending step. */
export function marksOf(
  chart: ChartDefinition,
  { alerts, resumes, seriesNames }: Pick<RunModel, 'alerts' | 'resumes' | 'seriesNames'>,
): Mark[] {
  const names = new Set(chart.lines.map(({ series }) => series));
  const marks: Mark[] = resumes.map(({ attempt, step }) => ({
    step,
    kind: 'resume',
    text: t('attempt {0} goes on here', attempt),
  }));
  for (const { alert, title } of alerts) {
    if (alert.step === undefined) continue;
    const isHere =
      alert.series !== undefined && seriesNames.includes(alert.series)
        ? names.has(alert.series)
        : chart.id === MAIN_CHART;
    if (!isHere) continue;
    const { step, severity: kind, logOffset, attempt } = alert;
    const place = logOffset === undefined ? {} : { place: { logOffset, attempt } };
    marks.push({ step, kind, text: title, ...place });
  }
  return marks.sort((left, right) => left.step - right.step);
}

/** How many of these charts show an alert. */
export function alertedCount(
  charts: readonly ChartDefinition[],
  model: Parameters<typeof marksOf>[1],
): number {
  return charts.filter((chart) => marksOf(chart, model).some(({ kind }) => kind !== 'resume')).length;
}

/** The line of the log behind the first of these marks that has one. */
export function placeOf(marks: readonly Mark[]): LogPlace | undefined {
  return marks.find(({ place }) => place !== undefined)?.place;
}

/** The marks that a crosshair on `step` points at. */
export function marksNear(marks: readonly Mark[], step: number, toleranceSteps: number): Mark[] {
  return marks.filter((mark) => Math.abs(mark.step - step) <= toleranceSteps);
}

/**
 * The marks of each of these points, which come by ascending step: those behind the point before, up to the point
 * itself; the last one has all that follow. A run that logs every tenth step may be marked in between.
 */
export function marksByPoint(marks: readonly Mark[], lastSteps: readonly number[]): Mark[][] {
  const byPoint = lastSteps.map((): Mark[] => []);
  let at = 0;
  for (const mark of marks) {
    while (at < lastSteps.length - 1 && mark.step > (lastSteps[at] ?? mark.step)) at += 1;
    byPoint[at]?.push(mark);
  }
  return byPoint;
}
