import { describe, expect, it } from 'vitest';
import { shownAlert } from '../../../test/webview/scenarios.ts';
import type { ChartDefinition } from './charts/chart.ts';
import { alertedCount, marksByPoint, marksNear, marksOf } from './marks.ts';

function chart(id: string, ...names: string[]): ChartDefinition {
  return {
    id,
    title: () => id,
    lines: names.map((series) => ({ series, role: 'train', isSmoothed: false })),
  };
}

const LOSS = chart('loss', 'loss', 'eval_loss');
const RATE = chart('learning-rate', 'learning_rate');
const ALERTS = [
  shownAlert({ step: 90, series: 'eval_loss' }, { title: 'the evaluation loss is NaN' }),
  shownAlert({ step: 40, kind: 'hang' }, { title: 'no step for 9 min' }),
  shownAlert({ kind: 'disk_full' }),
];
const NAMES = ['loss', 'eval_loss', 'learning_rate'];
const RESUMES = [{ attempt: 2, checkpoint: '/c/checkpoint-60', step: 60 }];

describe('marksOf', () => {
  it('puts an alert on the chart of its series, and on the loss where it has none', () => {
    const texts = marksOf(LOSS, { alerts: ALERTS, resumes: [], seriesNames: NAMES }).map(
      ({ step, text }) => `${step} ${text}`,
    );
    expect(texts).toEqual(['40 no step for 9 min', '90 the evaluation loss is NaN']);
    expect(marksOf(RATE, { alerts: ALERTS, resumes: [], seriesNames: NAMES })).toEqual([]);
  });

  it('marks on every chart where an attempt went on', () => {
    const mark = { step: 60, kind: 'resume', text: 'attempt 2 goes on here' };
    expect(marksOf(RATE, { alerts: ALERTS, resumes: RESUMES, seriesNames: NAMES })).toEqual([mark]);
    expect(marksOf(LOSS, { alerts: ALERTS, resumes: RESUMES, seriesNames: NAMES })).toContainEqual(mark);
  });

  it('puts an alert on the loss where its series has not been logged', () => {
    const alerts = [shownAlert({ step: 70, series: 'train_speed(s/it)' })];
    expect(marksOf(LOSS, { alerts, resumes: [], seriesNames: NAMES })).toHaveLength(1);
    const seriesNames = [...NAMES, 'train_speed(s/it)'];
    expect(marksOf(LOSS, { alerts, resumes: [], seriesNames })).toEqual([]);
    const speed = chart('series-speed', 'train_speed(s/it)');
    expect(alertedCount([RATE, speed], { alerts, resumes: RESUMES, seriesNames })).toBe(1);
  });

  it('belongs to the first point that reaches it, and at the end to the last one', () => {
    const marks = [3, 10, 14, 20, 25].map((step) => ({ step, kind: 'alert' as const, text: '' }));
    const steps = marksByPoint(marks, [10, 20]).map((on) => on.map(({ step }) => step));
    expect(steps).toEqual([
      [3, 10],
      [14, 20, 25],
    ]);
    expect(marksByPoint(marks, [])).toEqual([]);
  });

  it('is read from as far as a crosshair reaches', () => {
    const marks = marksOf(LOSS, { alerts: ALERTS, resumes: RESUMES, seriesNames: NAMES });
    expect(marksNear(marks, 61, 2).map(({ step }) => step)).toEqual([60]);
    expect(marksNear(marks, 70, 2)).toEqual([]);
  });
});
