import { describe, expect, it } from 'vitest';
import { appended, GeneratedRun, hostSample, shownAlert } from '../../../test/webview/scenarios.ts';
import { RunModel } from './model.ts';

const MAX_BUCKETS = 200;

function opened(steps: number, options: Partial<GeneratedRun['options']> = {}) {
  const run = new GeneratedRun({ steps, maxSteps: 1000, state: 'running', ...options });
  const opening = run.open(MAX_BUCKETS);
  return { run, opening, model: new RunModel(opening, MAX_BUCKETS) };
}

describe('RunModel', () => {
  it('knows a run as it was opened', () => {
    const { model } = opened(120);
    expect(model.extent).toEqual({ fromStep: 1, toStep: 120 });
    expect(model.whole('loss')?.pointCount).toBe(120);
    expect(model.progress?.step).toBe(120);
    expect(model.bestEvalLoss?.step).toBe(63);
    expect(model.epochs?.epochAt(120)).toBeCloseTo(0.36);
  });

  it('takes live points in behind the opened ones, in bounded memory', () => {
    const { run, model } = opened(120);
    expect(model.apply(appended(run, 121, 900))).toEqual(['metrics', 'run']);
    const loss = model.whole('loss');
    expect([loss?.pointCount, loss?.lastStep]).toEqual([900, 900]);
    expect(loss?.buckets.length).toBeLessThanOrEqual(MAX_BUCKETS);
    expect(model.isStale).toBe(false);
    expect(model.progress?.step).toBe(900);
  });

  it('meets a series that is logged for the first time', () => {
    const { model } = opened(3);
    model.apply({ type: 'appended', points: [{ step: 4, values: { 'rewards/format': 1 } }] });
    expect(model.whole('rewards/format')?.pointCount).toBe(1);
  });

  it('keeps infinities and NaN as counted gaps', () => {
    const { model } = opened(3);
    model.apply({ type: 'appended', points: [{ step: 4, values: { loss: 'NaN', grad_norm: 'Infinity' } }] });
    expect(model.whole('loss')?.nonFiniteCount).toBe(1);
    expect(model.whole('grad_norm')?.nonFiniteCount).toBe(1);
  });

  it('asks again when a run goes on from a checkpoint behind its last point', () => {
    const { run, model } = opened(120);
    model.apply(appended(run, 100, 101));
    expect(model.isStale).toBe(true);
    expect(model.whole('loss')?.pointCount).toBe(120);
    const query = model.refresh();
    expect(query).toEqual({ type: 'query', requestId: query.requestId, maxBuckets: MAX_BUCKETS });
    const stitched = new GeneratedRun({ steps: 101, maxSteps: 1000, state: 'running' });
    model.apply(stitched.metrics(query));
    expect([model.isStale, model.whole('loss')?.pointCount]).toEqual([false, 101]);
  });

  it('asks again at the first points of an attempt that went on, wherever they lie, and only then', () => {
    const { run, model } = opened(120, { resumedAt: 60 });
    model.apply(appended(run, 125, 125));
    expect(model.isStale).toBe(true);
    model.refresh();
    model.apply(appended(run, 126, 127));
    expect(model.isStale).toBe(false);
  });

  it('takes in alerts that are new or over, and keeps those of earlier attempts', () => {
    const { opening, model } = opened(120, { alerts: [shownAlert({ atMs: 1 })] });
    const summary = { ...opening.run.summary, attempt: 2 };
    const second = shownAlert({ atMs: 2, attempt: 2 });
    expect(model.apply({ type: 'run', run: summary, alerts: [second] })).toContain('run');
    const over = { ...second, alert: { ...second.alert, endedAtMs: 3 } };
    expect(model.apply({ type: 'run', run: summary, alerts: [over] })).toEqual(['run', 'metrics']);
    expect(model.apply({ type: 'run', run: summary, alerts: [over] })).toEqual(['run']);
    expect(model.alerts.map(({ alert }) => [alert.attempt, alert.endedAtMs])).toEqual([
      [1, undefined],
      [2, 3],
    ]);
  });

  it('shows finer buckets of a window, and only the answer to the newest question', () => {
    const { run, model } = opened(1000);
    const first = model.zoom({ fromStep: 100, toStep: 400 });
    const second = model.zoom({ fromStep: 200, toStep: 260 });
    if (first === undefined || second === undefined) throw new Error('a coarse series must be asked for');
    expect(model.apply(run.metrics(first))).toEqual([]);
    expect(model.shown('loss')).toBe(model.whole('loss'));
    model.apply(run.metrics(second));
    expect(model.shown('loss')?.buckets.every(({ count }) => count === 1)).toBe(true);
    expect([model.shown('loss')?.firstStep, model.shown('loss')?.lastStep]).toEqual([200, 260]);
    expect(model.zoom(undefined)).toBeUndefined();
    expect(model.shown('loss')).toBe(model.whole('loss'));
  });

  it('asks for nothing when every point is already here', () => {
    const { model } = opened(50);
    expect(model.zoom({ fromStep: 10, toStep: 20 })).toBeUndefined();
  });

  it('takes state, devices, log and failures in', () => {
    const { opening, model } = opened(10);
    expect(model.apply({ type: 'run', run: { ...opening.run.summary, state: 'succeeded' } })).toEqual([
      'run',
    ]);
    expect(model.isRunLive).toBe(false);
    expect(model.apply(hostSample())).toEqual(['devices']);
    expect(model.sample?.devices).toHaveLength(3);
    expect(model.apply({ type: 'failed', message: 'The bridge is gone.' })).toEqual(['notice']);
    expect(model.notice).toBe('The bridge is gone.');
    const log = {
      text: 'later\n',
      startOffset: opening.log.endOffset,
      endOffset: opening.log.endOffset + 6,
      sizeBytes: 0,
    };
    const parts = model.apply({ type: 'appended', points: [], log: { ...log, sizeBytes: log.endOffset } });
    expect([parts, model.log.tail(1)]).toEqual([['log'], ['later']]);
  });

  it('starts the log anew with another attempt, since the log is the latest attempt’s', () => {
    const { opening, model } = opened(10);
    model.apply({ type: 'run', run: { ...opening.run.summary, attempt: 2 } });
    expect([model.log.count, model.isStale]).toEqual([0, true]);
  });
});
