/** Marks on the curves: alerts where they happened, and the steps at which an attempt went on. No DOM here. */
import { t } from '@vscode/l10n';
import type { ChartDefinition } from './charts/chart.ts';
import type { RunModel } from './model.ts';

export type MarkKind = 'alert' | 'hint' | 'resume';

export interface Mark {
  step: number;
  kind: MarkKind;
  text: string;
}

/** The chart that shows alerts which belong to no series of their own. */
const MAIN_CHART = 'loss';

/** The marks of a chart by ascending step. */
export function marksOf(
  chart: ChartDefinition,
  { alerts, resumes }: Pick<RunModel, 'alerts' | 'resumes'>,
): Mark[] {
  const names = new Set(chart.lines.map(({ series }) => series));
  const marks: Mark[] = resumes.map(({ attempt, step }) => ({
    step,
    kind: 'resume',
    text: t('attempt {0} goes on here', attempt),
  }));
  for (const { alert, title } of alerts) {
    if (alert.step === undefined) continue;
    const isHere = alert.series === undefined ? chart.id === MAIN_CHART : names.has(alert.series);
    if (isHere) marks.push({ step: alert.step, kind: alert.severity, text: title });
  }
  return marks.sort((left, right) => left.step - right.step);
}

/** The marks that a crosshair on `step` points at. */
export function marksNear(marks: readonly Mark[], step: number, toleranceSteps: number): Mark[] {
  return marks.filter((mark) => Math.abs(mark.step - step) <= toleranceSteps);
}
