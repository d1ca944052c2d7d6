import { describe, expect, it } from 'vitest';
import { isLive, RunState } from '../../../protocol/src/run.ts';
import { anAlert, aRun } from '../../../test/vscode/table-bridge.ts';
import { durationText, roughDurationText } from './durations.ts';
import { isLiveState, STATE_LOOKS } from './looks.ts';
import { runLabel } from './names.ts';
import { sparkline } from './sparkline.ts';
import { metricText, runDescription, runDetails, statusBarText } from './texts.ts';

const stopped = { code: 'stopped' as const, values: { by: 'the user' } };

describe('a run in one line', () => {
  it.each([
    [
      'running',
      aRun({ progress: { step: 612, maxSteps: 1000, loss: 0.4213, remainingSeconds: 190 } }),
      '612/1000 · loss 0.421 █▄▁ · 3 m 10 s left',
    ],
    ['running without a step', aRun(), 'running, no step yet'],
    ['running without an end', aRun({ progress: { step: 88 } }), 'step 88'],
    ['starting', aRun({ state: 'starting' }), 'starting…'],
    ['queued', aRun({ state: 'queued', reason: 'waits for 2 GPUs' }), 'queued: waits for 2 GPUs'],
    ['stopping', aRun({ state: 'stopping', progress: { step: 3, maxSteps: 9 } }), 'stopping · 3/9'],
    [
      'asked to stop later',
      aRun({ stopWhen: 'next-checkpoint', progress: { step: 3, maxSteps: 9 } }),
      '3/9 · stops at its next checkpoint',
    ],
    [
      'alerted',
      aRun({
        progress: { step: 88 },
        alerts: [anAlert({ kind: 'hang', atMs: 0, values: { minutes: '9' } })],
      }),
      'no step for 9 m · step 88',
    ],
    [
      'alerted twice before its first step',
      aRun({ alerts: [anAlert(), anAlert({ id: 'slowdown', kind: 'slowdown' })] }),
      'the loss diverges and 1 more',
    ],
    [
      'stopping for what is wrong',
      aRun({ state: 'stopping', progress: { step: 88 }, alerts: [anAlert()] }),
      'the loss diverges · stopping · step 88',
    ],
    [
      'hinted at',
      aRun({
        progress: { step: 88, loss: 2 },
        alerts: [anAlert({ kind: 'plateau', severity: 'hint' })],
      }),
      'step 88 · loss 2 · the loss no longer falls',
    ],
    ['stopped by the person', aRun({ state: 'cancelled', cause: stopped }), 'cancelled'],
    [
      'stopped by an alert',
      aRun({ state: 'cancelled', cause: { code: 'stopped-by-alert', values: { kind: 'nan' } } }),
      'cancelled · stopped because of an alert: the loss or its gradient is no finite number',
    ],
    [
      'failed for a known reason',
      aRun({ state: 'failed', exitCode: 1, alerts: [anAlert({ kind: 'out_of_memory' })] }),
      'failed · it ran out of memory',
    ],
    ['succeeded', aRun({ state: 'succeeded', progress: { step: 9, loss: 0.31 } }), 'succeeded · loss 0.31'],
    ['failed', aRun({ state: 'failed', reason: 'out of memory' }), 'failed · out of memory'],
    ['lost', aRun({ state: 'lost', cause: { code: 'lost', values: {} } }), 'lost'],
    [
      'lost for a reason',
      aRun({ state: 'lost', cause: { code: 'restarted', values: {} } }),
      'lost · the machine was restarted meanwhile',
    ],
    ['failed silently', aRun({ state: 'failed', exitCode: 3 }), 'failed · exit code 3'],
    ['diverged', aRun({ state: 'succeeded', progress: { step: 9, loss: 'NaN' } }), 'succeeded · loss NaN'],
  ])('%s', (_what, run, text) => {
    expect(runDescription(run, run.progress?.maxSteps === 1000 ? [6, 3, 0.42] : [], 0)).toBe(text);
  });

  it('counts runs of one name from the second on', () => {
    expect(runLabel(aRun())).toBe('first.sft');
    expect(runLabel(aRun({ number: 3 }))).toBe('first.sft #3');
  });
});

it('a hover tells what is known and leaves out what is not', () => {
  const run = aRun({ startedAtMs: 0, endedAtMs: 65_000, progress: { step: 5, secondsPerStep: 0.25 } });
  const details = new Map(runDetails(run, 0));
  expect(details.get('Took')).toBe('1 m 5 s');
  expect(details.get('Speed')).toBe('4 steps/s');
  expect(details.has('Evaluation loss')).toBe(false);
});

describe('the status bar', () => {
  it('is empty while nothing runs', () => expect(statusBarText([])).toBeUndefined());
  it('says how far a single run is', () => {
    expect(statusBarText([aRun({ progress: { step: 61, maxSteps: 100 } })])).toBe(
      'Tunewright: 1 running 61 %',
    );
  });
  it('counts several', () => {
    expect(statusBarText([aRun(), aRun({ id: 'b' })])).toBe('Tunewright: 2 running');
  });
  it('tells how many runs need somebody', () => {
    const alerted = aRun({ id: 'b', alerts: [anAlert()] });
    expect(statusBarText([aRun(), alerted])).toBe('Tunewright: 2 running, 1 with an alert');
    expect(statusBarText([alerted])).toBe('Tunewright: 1 running, 1 with an alert');
    expect(statusBarText([aRun({ ...alerted, id: 'c' }), alerted])).toBe(
      'Tunewright: 2 running, 2 with alerts',
    );
  });
  it('says that runs wait', () => {
    expect(statusBarText([aRun({ state: 'queued' })])).toBe('Tunewright: 1 queued');
  });
});

describe('a sparkline', () => {
  it('falls as the losses fall', () => expect(sparkline([4, 3, 2, 1], 4)).toBe('█▆▃▁'));
  it('takes means where values outnumber blocks', () => expect(sparkline([9, 9, 1, 1], 2)).toBe('█▁'));
  it('is flat where nothing changes', () => expect(sparkline([2, 2, 2], 3)).toBe('▁▁▁'));
  it('draws nothing from one value, and leaves out what is no number', () => {
    expect(sparkline([1], 8)).toBe('');
    expect(sparkline([Number.NaN, 2, Number.POSITIVE_INFINITY, 1], 8)).toBe('█▁');
  });
});

describe('numbers and times', () => {
  it.each([
    [0.42137, '0.421'],
    [12.0, '12'],
    [0.00001234, '1.23e-5'],
    [1234567, '1.23e+6'],
    [0, '0'],
  ])('%d is written %s', (value, text) => expect(metricText(value)).toBe(text));

  it.each([
    [0, '0 s'],
    [42, '42 s'],
    [190, '3 m 10 s'],
    [3600, '1 h'],
    [7500, '2 h 5 m'],
    [273_600, '3 d 4 h'],
  ])('%d seconds are %s', (seconds, text) => expect(durationText(seconds)).toBe(text));

  it('is said in one unit where that will do', () => expect(roughDurationText(560)).toBe('9 m'));
});

it('the states that count as live are those of the protocol, and every state has an icon of its own', () => {
  for (const state of RunState.options) expect(isLiveState(state)).toBe(isLive(state));
  const icons = RunState.options.map((state) => STATE_LOOKS[state].icon);
  expect(new Set(icons).size).toBe(icons.length);
});
