import { describe, expect, it } from 'vitest';
import { GeneratedRun } from '../../../test/webview/scenarios.ts';
import { rowsOf } from './chart-table.ts';
import { loss } from './charts/loss.ts';
import { tokenAccuracy } from './charts/token-accuracy.ts';
import { RunModel } from './model.ts';
import { sceneOf } from './scene.ts';

const OPTIONS = { smoothing: 0.6, isLogScale: false };

function modelOf(steps: number, maxBuckets = 2000): RunModel {
  const run = new GeneratedRun({ steps, maxSteps: 1000, state: 'running', nonFiniteAt: [7] });
  return new RunModel(run.open(maxBuckets), maxBuckets);
}

describe('sceneOf', () => {
  it('draws training raw and smoothed, evaluation as it is', () => {
    const scene = sceneOf(loss, modelOf(130), OPTIONS);
    expect(scene?.lines.map((line) => [line.series.name, line.smoothedColumn !== undefined])).toEqual([
      ['loss', true],
      ['eval_loss', false],
    ]);
    expect(scene?.aligned.columns).toHaveLength(3);
  });

  it('draws the raw line only without smoothing, and nothing without points', () => {
    expect(sceneOf(loss, modelOf(10), { ...OPTIONS, smoothing: 0 })?.aligned.columns).toHaveLength(1);
    expect(sceneOf(tokenAccuracy, modelOf(0), OPTIONS)).toBeUndefined();
  });

  it('does not bend the smoothed line when zoomed in', () => {
    const model = modelOf(1000);
    const whole = sceneOf(loss, model, OPTIONS)?.lines[0]?.smoothed?.slice(499, 520);
    const run = new GeneratedRun({ steps: 1000, maxSteps: 1000, state: 'running', nonFiniteAt: [7] });
    const coarse = new RunModel(run.open(2000), 2000);
    const query = coarse.refresh();
    coarse.zoom({ fromStep: 500, toStep: 520 });
    coarse.apply(run.metrics(query));
    const zoomed = sceneOf(loss, coarse, OPTIONS)?.lines[0]?.smoothed?.slice(499, 520);
    expect(zoomed).toEqual(whole);
  });
});

describe('rowsOf', () => {
  it('says in rows what the chart draws', () => {
    const scene = sceneOf(loss, modelOf(63), OPTIONS);
    if (scene === undefined) throw new Error('no scene');
    const rows = rowsOf(scene, 'en');
    expect(rows).toHaveLength(63);
    expect(rows[6]).toEqual({ step: '7', cells: ['NaN', ''] });
    expect(rows[62]?.step).toBe('63');
    expect(rows[62]?.cells.every((cell) => cell !== '')).toBe(true);
  });

  it('gives the range of a bucket', () => {
    const scene = sceneOf(loss, modelOf(1000, 10), OPTIONS);
    if (scene === undefined) throw new Error('no scene');
    const row = rowsOf(scene, 'en').find(({ cells: [cell] }) => cell !== '');
    expect(row?.step).toMatch(/^1 to \d+$/);
    expect(row?.cells[0]).toMatch(/^[\d.]+ to [\d.]+$/);
  });
});
