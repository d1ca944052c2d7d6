/** What a run says of itself while it waits: its place in a queue, or when its next attempt starts. Pure text. */
import { l10n } from 'vscode';
import type { QueuePlace, QueueWait, RunSummary } from '../../../protocol/src/run.ts';
import { reasonText } from './causes.ts';
import { durationText } from './durations.ts';

type Values = Readonly<Record<string, string>>;

/** As clauses, to stand behind a place. The bridge's own words for the same are in command_line/queue.py. */
const WAIT_TEXTS: Readonly<Record<QueueWait['code'], (values: Values) => string>> = {
  turn: (v) => l10n.t('{ahead} wait before it', v),
  'other-queue': (v) => l10n.t('{run} in the queue {queue} came earlier', v),
  'devices-held': (v) => l10n.t('other runs hold the devices ({wanted} wanted, {free} free)', v),
  'devices-busy': (v) => l10n.t('other programs use {devices} ({wanted} wanted, {free} free)', v),
  'devices-unknown': (v) => l10n.t('the devices do not answer: {reason}', v),
  retry: () => l10n.t('its next attempt is not due yet'),
  storage: (v) => l10n.t('its folder cannot be written: {reason}', v),
  nobody: () => l10n.t('whoever waited for it is gone, and is being replaced'),
};

/** Every code with words, for the test that holds them against the protocol. */
export const WAIT_CODES = Object.keys(WAIT_TEXTS);

const NO_VALUES: Values = Object.fromEntries(
  ['ahead', 'run', 'queue', 'wanted', 'free', 'devices', 'reason'].map((name) => [name, '?']),
);

/** Why a run waits though its turn may have come; undefined where there is nothing to say but its place. */
export function waitReasonText({ queuePlace }: Pick<RunSummary, 'queuePlace'>): string | undefined {
  const wait = queuePlace?.waitsFor;
  return wait && WAIT_TEXTS[wait.code]({ ...NO_VALUES, ...wait.values });
}

/** The line of a queued run. */
export function waitingText(run: RunSummary, nowMs: number): string {
  if (run.queuePlace) return placeText(run.queuePlace, waitReasonText(run));
  if (run.cause?.code === 'retry') return retryText(run, nowMs);
  const reason = reasonText(run);
  return reason === undefined ? l10n.t('queued') : l10n.t('queued: {0}', reason);
}

/** Whether the line of a run changes by itself, second by second. */
export function countsDown(run: RunSummary): boolean {
  return run.state === 'queued' && run.cause?.code === 'retry' && run.queuePlace === undefined;
}

function placeText({ position, waiting, devicesWanted }: QueuePlace, reason: string | undefined): string {
  const why = reason ?? l10n.t('waits for {0}', devicesText(devicesWanted));
  return waiting > 1
    ? l10n.t('queued: {0} of {1}, {2}', ordinalText(position), waiting, why)
    : l10n.t('queued: {0}', why);
}

function devicesText(count: number): string {
  return count === 1 ? l10n.t('1 device') : l10n.t('{0} devices', count);
}

/** `1st`, `2nd`, `3rd`, `4th`, `11th`; each language has its own way, so each ending is a text. */
export function ordinalText(position: number): string {
  switch (new Intl.PluralRules('en', { type: 'ordinal' }).select(position)) {
    case 'one':
      return l10n.t('{0}st', position);
    case 'two':
      return l10n.t('{0}nd', position);
    case 'few':
      return l10n.t('{0}rd', position);
    default:
      return l10n.t('{0}th', position);
  }
}

/** `starts again in 20 s from checkpoint-40`. */
function retryText({ cause, sinceMs }: RunSummary, nowMs: number): string {
  const { seconds, step } = cause?.values ?? {};
  const waitsSeconds = Number(seconds);
  const isDue = !Number.isFinite(waitsSeconds) || sinceMs === undefined;
  const leftSeconds = isDue ? 0 : waitsSeconds - (nowMs - sinceMs) / 1000;
  if (leftSeconds <= 0) {
    return step === undefined ? l10n.t('starts again') : l10n.t('starts again from step {0}', step);
  }
  const left = durationText(leftSeconds);
  return step === undefined
    ? l10n.t('starts again in {0}', left)
    : l10n.t('starts again in {0} from step {1}', left, step);
}
