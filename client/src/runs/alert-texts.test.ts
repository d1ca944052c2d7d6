import { describe, expect, it } from 'vitest';
import catalog from '../../../protocol/alerts.json' with { type: 'json' };
import { AlertKind } from '../../../protocol/src/alert.ts';
import { anAlert, aRun } from '../../../test/vscode/table-bridge.ts';
import { alertMeaning, alertNextStep, noticeText, shownAlerts } from './alert-texts.ts';
import { ALERT_KINDS, alertTitle, fatalAlert, openAlerts, openHints } from './alerts.ts';

it('every kind of alert has a title, a meaning and a next step, and none is left over', () => {
  expect(ALERT_KINDS.toSorted()).toEqual(AlertKind.options.toSorted());
  for (const kind of AlertKind.options) {
    const alert = anAlert({ kind });
    for (const text of [alertTitle(alert), alertMeaning(alert), alertNextStep(alert)]) {
      expect(text).toMatch(/\w/);
      expect(text).not.toMatch(/[{}]/);
    }
  }
});

it('every kind that is told without a known failure has words of its own, and every failure has a known kind', () => {
  const told = AlertKind.options.filter((kind) => kind !== 'out_of_memory' && kind !== 'engine_failure');
  expect(Object.keys(catalog.kinds).toSorted()).toEqual(told.toSorted());
  for (const { kind } of Object.values(catalog.failures)) expect(AlertKind.options).toContain(kind);
});

describe('a known failure', () => {
  const failure = anAlert({
    kind: 'out_of_memory',
    subject: 'cuda-out-of-memory',
    values: { wanted: '2.00 GiB', advice: 'smaller-batch,gradient-checkpointing,lora', newBatch: '2' },
  });
  it('says with its values what it means, and which changes would help', () => {
    expect(alertMeaning(failure)).toBe('A GPU has no memory left: 2.00 GiB more were asked for.');
    expect(alertNextStep(failure)).toContain('Set per_device_train_batch_size: 2 and');
    expect(alertNextStep(failure)).toContain('tuner_type: lora');
  });
  it('tells the cheapest changes in a notification, and leaves the rest to the hover', () => {
    const text = noticeText(aRun({ state: 'failed' }), failure);
    expect(text).toContain('gradient_checkpointing: true');
    expect(text).not.toContain('tuner_type: lora');
  });
  it('is the title of a failure of the engine, as a clause', () => {
    const title = alertTitle(anAlert({ kind: 'engine_failure', subject: 'gpu-lost' }));
    expect(title).toBe('A GPU failed, in hardware or in its driver');
  });
  it('that this version does not know still leads to the log', () => {
    const unknown = anAlert({ kind: 'engine_failure', subject: 'of-a-later-version' });
    expect(alertTitle(unknown)).toBe('a known failure of the engine');
    expect(alertNextStep(unknown)).toBe('Look at the log.');
  });
});

describe('which alerts are open', () => {
  const alerts = [
    anAlert({ id: 'slowdown', kind: 'slowdown', atMs: 9 }),
    anAlert({ id: 'nan:loss', kind: 'nan', atMs: 5 }),
    anAlert({ id: 'hang', kind: 'hang', endedAtMs: 7 }),
    anAlert({ id: 'plateau', kind: 'plateau', severity: 'hint' }),
    anAlert({ id: 'old', attempt: 0 }),
  ];
  it('counts what goes on in the present attempt, the worst first, and hints apart', () => {
    expect(openAlerts(aRun({ alerts })).map(({ id }) => id)).toEqual(['nan:loss', 'slowdown']);
    expect(openHints(aRun({ alerts })).map(({ id }) => id)).toEqual(['plateau']);
  });
  it('a run that has ended has none', () => {
    expect(openAlerts(aRun({ alerts, state: 'failed' }))).toEqual([]);
  });
  it('an alert that tells why the command ended is found after the end', () => {
    const memory = anAlert({ kind: 'out_of_memory', endedAtMs: 8 });
    expect(fatalAlert(aRun({ state: 'failed', alerts: [memory] }))).toBe(memory);
    expect(fatalAlert(aRun({ state: 'failed', alerts, attempt: 2 }))).toBeUndefined();
  });
});

it('a hang says how long by now', () => {
  const hang = anAlert({ kind: 'hang', atMs: 60_000, values: { minutes: '5' } });
  expect(alertTitle(hang, 60_000)).toBe('no step for 5 m');
  expect(alertTitle(hang, 300_000)).toBe('no step for 9 m');
});

describe('a notification', () => {
  const run = aRun({ progress: { step: 90 } });
  const text = (changes: Parameters<typeof anAlert>[0], of = run) => noticeText(of, anAlert(changes));
  it('says which run, where, what, and what to do', () => {
    expect(text({ values: { step: '88' } })).toMatch(
      /^first\.sft, step 88: the loss diverges\. Stop, and resume from the checkpoint before step 88/,
    );
  });
  it('tells what the policy has done', () => {
    expect(text({ action: 'stop' })).toContain('first.sft was stopped because the loss diverges.');
    expect(text({ action: 'resume' })).toContain(
      'first.sft was stopped because the loss diverges, and goes on from its last good checkpoint.',
    );
  });
  it('tells of a run that has failed', () => {
    expect(text({ kind: 'out_of_memory' }, aRun({ state: 'failed' }))).toContain('first.sft has failed: ');
  });
});

it('goes to a page with its words, and with what was done', () => {
  const [shown] = shownAlerts([anAlert({ action: 'stop' })]);
  expect(shown).toMatchObject({ title: 'the loss diverges', done: 'The run was stopped because of it.' });
  expect(shownAlerts(undefined)).toEqual([]);
});
