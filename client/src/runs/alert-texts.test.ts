import { describe, expect, it } from 'vitest';
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
    expect(text({})).toMatch(/^first\.sft, step 90: the loss diverges\. Go on from an earlier checkpoint/);
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
