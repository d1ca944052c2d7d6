import { describe, expect, it } from 'vitest';
import { GeneratedRun } from '../../../test/webview/scenarios.ts';
import { barsOf } from './devices-tab.ts';
import { endingReason, headerFacts, spokenState } from './facts.ts';
import { RunModel } from './model.ts';
import { waitingTitle } from './waiting.ts';

function shown(options: Partial<GeneratedRun['options']>) {
  const run = new GeneratedRun({ steps: 612, maxSteps: 1000, state: 'running', ...options });
  const model = new RunModel(run.open(2000), 2000);
  const { progress, isRunLive, bestEvalLoss } = model;
  return {
    model,
    facts: { run: model.run, progress, isLive: isRunLive, best: bestEvalLoss, language: 'en' },
  };
}

describe('headerFacts', () => {
  it('say how far a live run is and how long it takes', () => {
    expect(headerFacts(shown({}).facts).map(({ text }) => text)).toEqual([
      'step 612 / 1,000',
      'epoch 1.84',
      '46 s left',
      '8.4 steps/s',
      'best eval_loss 0.683 at step 567',
    ]);
  });

  it('say how long an ended run took', () => {
    const ids = headerFacts(shown({ state: 'succeeded', steps: 1000 }).facts).map(({ id }) => id);
    expect(ids).toEqual(['step', 'epoch', 'speed', 'took', 'best']);
  });

  it('say nothing before there is anything to say', () => {
    expect(headerFacts(shown({ steps: 0 }).facts)).toEqual([]);
  });
});

describe('words', () => {
  it('tell how a run ended', () => {
    const { run } = shown({ state: 'failed' }).model;
    expect(endingReason(run, 'KeyError')).toBe('KeyError Exit code 1.');
    const cause = { code: 'exit-code' as const, values: { exitCode: '1' } };
    expect(endingReason({ ...run, cause }, '退出代码 1')).toBe('退出代码 1');
    expect(endingReason(run, 'KeyError (exit code 1)')).toBe('KeyError (exit code 1)');
    expect(endingReason({ ...run, exitCode: -9 })).toBe('Ended by signal 9.');
    expect(endingReason({ ...run, exitCode: 0 })).toBe('');
  });

  it('tell a screen reader what matters', () => {
    expect(spokenState('running', shown({}).facts)).toMatch(
      /^first\.sft running, step 612 of 1000, loss 0\.\d+, 46 s left$/,
    );
  });

  it.each([
    ['queued', 'Waiting for its turn.'],
    ['starting', 'Waiting for the first step: the engine is loading (about 20 s).'],
    ['running', 'Waiting for the first step: the engine is loading (about 20 s).'],
    ['stopping', 'Stopping.'],
    ['cancelled', 'This run logged no metrics.'],
  ] as const)('tell what a run without points waits for: %s', (state, text) => {
    expect(waitingTitle(shown({ steps: 0, state }).model)).toBe(text);
  });
});

describe('barsOf', () => {
  it('shows what a device tells and warns of nearly full memory only', () => {
    const device = { id: 'g', kind: 'cuda' as const, index: 0, name: 'GPU', utilizationPercent: 99 };
    expect(barsOf(device)).toEqual([{ label: 'Use', part: 0.99, text: '99 %', isNearlyFull: false }]);
    const full = barsOf({ ...device, memoryUsedBytes: 95, memoryTotalBytes: 100 });
    expect(full[1]).toMatchObject({ label: 'Memory', isNearlyFull: true });
  });
});
