import { describe, expect, it } from 'vitest';
import { loggedSeriesCharts } from './logged-series.ts';

describe('loggedSeriesCharts', () => {
  it('draws a series with its evaluation twin, leaves charted ones out and puts timings last', () => {
    const names = ['loss', 'eval_runtime', 'eval_rewards/margins', 'rewards/margins', 'kl', 'eval_wer'];
    const charts = loggedSeriesCharts(names, new Set(['loss']));
    expect(charts.map((chart) => [chart.title(), chart.lines.map(({ series }) => series)])).toEqual([
      ['kl', ['kl']],
      ['rewards/margins', ['rewards/margins', 'eval_rewards/margins']],
      ['eval_wer', ['eval_wer']],
      ['eval_runtime', ['eval_runtime']],
    ]);
  });
});
