import { describe, expect, it } from 'vitest';
import { shownAlert } from '../../../test/webview/scenarios.ts';
import type { ChartDefinition } from './charts/chart.ts';
import { marksNear, marksOf } from './marks.ts';

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
const RESUMES = [{ attempt: 2, checkpoint: '/c/checkpoint-60', step: 60 }];

describe('marksOf', () => {
  it('puts an alert on the chart of its series, and on the loss where it has none', () => {
    const texts = marksOf(LOSS, { alerts: ALERTS, resumes: [] }).map(({ step, text }) => `${step} ${text}`);
    expect(texts).toEqual(['40 no step for 9 min', '90 the evaluation loss is NaN']);
    expect(marksOf(RATE, { alerts: ALERTS, resumes: [] })).toEqual([]);
  });

  it('marks on every chart where an attempt went on', () => {
    const mark = { step: 60, kind: 'resume', text: 'attempt 2 goes on here' };
    expect(marksOf(RATE, { alerts: ALERTS, resumes: RESUMES })).toEqual([mark]);
    expect(marksOf(LOSS, { alerts: ALERTS, resumes: RESUMES })).toContainEqual(mark);
  });

  it('is read from as far as a crosshair reaches', () => {
    const marks = marksOf(LOSS, { alerts: ALERTS, resumes: RESUMES });
    expect(marksNear(marks, 61, 2).map(({ step }) => step)).toEqual([60]);
    expect(marksNear(marks, 70, 2)).toEqual([]);
  });
});
