import { describe, expect, it } from 'vitest';
import { AlertKind } from '../../../protocol/src/alert.ts';
import { type RunCause, RunCauseCode } from '../../../protocol/src/run.ts';
import { CAUSE_CODES, causeText, reasonText } from './causes.ts';

it('every cause of the protocol has words, and none is left over', () => {
  expect(CAUSE_CODES.toSorted()).toEqual(RunCauseCode.options.toSorted());
});

it('no cause shows the name of a value, even where the record lacks it', () => {
  for (const code of RunCauseCode.options) expect(causeText({ code, values: {} })).not.toMatch(/[{}]/);
});

describe('a cause in words', () => {
  const causes: [RunCause, string][] = [
    [{ code: 'stopped', values: { by: 'the user' } }, 'stopped by the user'],
    [{ code: 'stopped', values: { by: 'tunewright-bridge stop' } }, 'stopped by tunewright-bridge stop'],
    [
      { code: 'engine-error', values: { error: 'CUDA out of memory', exitCode: '1' } },
      'CUDA out of memory (exit code 1)',
    ],
    [
      { code: 'stopped-by-alert', values: { kind: 'divergence' } },
      'stopped because of an alert: the loss diverges',
    ],
    [
      { code: 'retry', values: { attempt: '1', seconds: '20', step: '40' } },
      'attempt 1 ended early; the next one goes on at step 40 after 20 s',
    ],
    [
      { code: 'retry', values: { attempt: '1', seconds: '20' } },
      'attempt 1 ended early; the next one begins anew after 20 s',
    ],
    [
      { code: 'same-failure', values: { step: '40', failure: 'exit code 3' } },
      'it failed twice in the same way at step 40, so it is not tried again: exit code 3',
    ],
    [
      {
        code: 'retries-used-up',
        values: { count: '2', failure: 'in English', failureCode: 'stopped-by-alert', kind: 'divergence' },
      },
      'it failed again, and its 2 retries are used up: stopped because of an alert: the loss diverges',
    ],
    [
      { code: 'same-failure', values: { step: '4', failure: 'said', failureCode: 'of-a-later-version' } },
      'it failed twice in the same way at step 4, so it is not tried again: said',
    ],
  ];
  it.each(causes)('%j', (cause, text) => expect(causeText(cause)).toBe(text));

  it('names every kind of alert that can stop a run', () => {
    for (const kind of AlertKind.options) {
      expect(causeText({ code: 'stopped-by-alert', values: { kind } })).not.toContain(kind);
    }
  });
});

it('a record from before causes had codes speaks for itself', () => {
  expect(reasonText({ reason: 'out of memory' })).toBe('out of memory');
  expect(reasonText({ reason: 'lost', cause: { code: 'restarted', values: {} } })).toBe(
    'the machine was restarted meanwhile',
  );
});
