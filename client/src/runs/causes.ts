/** Why a run is in its state, in the editor's language: words for every cause of the protocol. */
import { l10n } from 'vscode';
import type { RunCause, RunCauseCode, RunSummary } from '../../../protocol/src/run.ts';
import { alertKindTitle } from './alerts.ts';

type Values = Readonly<Record<string, string>>;

/** Shown where a record lacks a value. */
const UNKNOWN = '?';

/** As clauses, to stand behind a state or a colon. The bridge's own words for the same are in runs/causes.py. */
const CAUSE_TEXTS: Readonly<Record<RunCauseCode, (values: Values, given: Values) => string>> = {
  stopped: (v) => (isThePerson(v) ? l10n.t('stopped by the user') : l10n.t('stopped by {by}', v)),
  'stopped-at-checkpoint': (v) => l10n.t('stopped once {checkpoint} was complete', v),
  'stopped-by-alert': (v) => l10n.t('stopped because of an alert: {0}', alertKindTitle(v.kind ?? UNKNOWN)),
  'command-not-started': (v) => l10n.t('the command could not be started: {error}', v),
  'exit-code': (v) => l10n.t('exit code {exitCode}', v),
  'engine-error': (v) => l10n.t('{error} (exit code {exitCode})', v),
  signal: (v) => l10n.t('the command was ended by {signal}', v),
  killed: () => l10n.t('the command was killed; the machine may have run out of memory'),
  lost: () => l10n.t('its processes are gone and left no record of how they ended'),
  restarted: () => l10n.t('the machine was restarted meanwhile'),
  'never-started': () => l10n.t('whoever was about to start it ended first'),
  'supervisor-not-started': (v) => l10n.t('it could not be started: {reason}', v),
  'secret-missing': (v) =>
    l10n.t('nobody has the value of {name} any more; resume the run where it is known', v),
  'found-alive': () => l10n.t('found alive'),
  'waits-in-queue': (v) => l10n.t('waits for free devices in the queue {queue}', v),
  retry: (v, given) =>
    given.step === undefined
      ? l10n.t('attempt {attempt} ended early; the next one begins anew after {seconds} s', v)
      : l10n.t('attempt {attempt} ended early; the next one goes on at step {step} after {seconds} s', v),
  'retries-used-up': (v, given) =>
    withFailure(l10n.t('it failed again, and its {count} retries are used up', v), given),
  'same-failure': (v, given) =>
    withFailure(l10n.t('it failed twice in the same way at step {step}, so it is not tried again', v), given),
  'no-checkpoint': () => l10n.t('there is no complete checkpoint to go on from'),
  resumed: (v) => l10n.t('goes on from {checkpoint} at step {step}', v),
};

/** Every code with words, for the test that holds them against the protocol. */
export const CAUSE_CODES = Object.keys(CAUSE_TEXTS);

const NO_VALUES: Values = Object.fromEntries(
  [
    'by',
    'checkpoint',
    'error',
    'exitCode',
    'signal',
    'reason',
    'name',
    'queue',
    'attempt',
    'seconds',
    'step',
    'count',
  ].map((name) => [name, UNKNOWN]),
);

export function causeText({ code, values }: RunCause): string {
  return CAUSE_TEXTS[code]({ ...NO_VALUES, ...values }, values);
}

/** Why the run is in its state; a record from before causes had codes speaks English. */
export function reasonText({ cause, reason }: Pick<RunSummary, 'cause' | 'reason'>): string | undefined {
  return cause ? causeText(cause) : reason;
}

/** The bridge's words for whoever asks from an editor. */
function isThePerson({ by }: Values): boolean {
  return by === 'the user' || by === UNKNOWN;
}

/** With how it failed; a record from before failures had codes says that in English. */
function withFailure(text: string, given: Values): string {
  const { failure, failureCode, ...values } = given;
  const words =
    failureCode !== undefined && isCode(failureCode) ? causeText({ code: failureCode, values }) : failure;
  return words === undefined ? text : l10n.t('{0}: {1}', text, words);
}

function isCode(code: string): code is RunCauseCode {
  return code in CAUSE_TEXTS;
}
