/** What the alerts of a run are called, which of them are open, and which of them cost the most. */
import { l10n } from 'vscode';
import type { Alert, AlertKind } from '../../../protocol/src/alert.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { wordsFor } from './alert-catalog.ts';
import { roughDurationText } from './durations.ts';
import { isLiveState } from './looks.ts';

interface KindEntry {
  /** As a clause, without values. */
  title(): string;
  /** `severe`: what the run computes from now on is worth nothing, or it computes nothing. */
  readonly weight: 'severe' | 'costly';
}

const KINDS: Readonly<Record<AlertKind, KindEntry>> = {
  nan: { title: () => l10n.t('the loss or its gradient is no finite number'), weight: 'severe' },
  zero_loss: { title: () => l10n.t('the loss is exactly 0'), weight: 'severe' },
  divergence: { title: () => l10n.t('the loss diverges'), weight: 'severe' },
  hang: { title: () => l10n.t('no step is finished any more'), weight: 'severe' },
  idle_device: { title: () => l10n.t('a device is idle'), weight: 'costly' },
  memory_growth: { title: () => l10n.t('memory in use keeps growing'), weight: 'costly' },
  slowdown: { title: () => l10n.t('steps have become much slower'), weight: 'costly' },
  disk_full: { title: () => l10n.t('the disk will be full before the next checkpoint'), weight: 'severe' },
  out_of_memory: { title: () => l10n.t('it ran out of memory'), weight: 'severe' },
  engine_failure: { title: () => l10n.t('a known failure of the engine'), weight: 'severe' },
  plateau: { title: () => l10n.t('the loss no longer falls'), weight: 'costly' },
};

/** Every kind with words, for the test that holds them against the protocol. */
export const ALERT_KINDS = Object.keys(KINDS);

/** Kinds that tell why the command is about to end, or has ended. */
const FATAL_KINDS: readonly AlertKind[] = ['out_of_memory', 'engine_failure'];

/** The name of a kind; of one that this version does not know, its code. */
export function alertKindTitle(kind: string): string {
  return isKnown(kind) ? KINDS[kind].title() : kind;
}

/** What happened, as a clause. For a hang it says how long by now, where the moment is given. */
export function alertTitle(alert: Alert, nowMs = alert.endedAtMs ?? alert.atMs): string {
  const { kind, subject, values, atMs } = alert;
  switch (kind) {
    case 'nan':
      return numberTitle(subject, values.value);
    case 'hang': {
      const silentSeconds = 60 * Number(values.minutes) + Math.max(0, nowMs - atMs) / 1000;
      return Number.isFinite(silentSeconds)
        ? l10n.t('no step for {0}', roughDurationText(silentSeconds))
        : alertKindTitle(kind);
    }
    case 'engine_failure':
      return withoutEnd(wordsFor(alert)?.meaning) ?? alertKindTitle(kind);
    default:
      return alertKindTitle(kind);
  }
}

/** A sentence as a clause: what follows it sets the point. */
function withoutEnd(sentence: string | undefined): string | undefined {
  return sentence?.replace(/[.。]$/, '');
}

function numberTitle(series: string | undefined, value: string | undefined): string {
  switch (series) {
    case 'grad_norm':
      return l10n.t('the gradient norm is {0}', value ?? 'NaN');
    case 'eval_loss':
      return l10n.t('the evaluation loss is {0}', value ?? 'NaN');
    default:
      return l10n.t('the loss is {0}', value ?? 'NaN');
  }
}

function isKnown(kind: string): kind is AlertKind {
  return kind in KINDS;
}

export function isSevere({ kind, severity }: Alert): boolean {
  return severity === 'alert' && KINDS[kind].weight === 'severe';
}

export function isFatal({ kind, severity }: Alert): boolean {
  return severity === 'alert' && FATAL_KINDS.includes(kind);
}

type Alerted = Pick<RunSummary, 'alerts' | 'attempt' | 'state'>;

/** Alerts that go on, the worst first and then the newest; a run that has ended has none. */
export function openAlerts(run: Alerted): Alert[] {
  return going(run, 'alert').toSorted(
    (one, other) => Number(isSevere(other)) - Number(isSevere(one)) || other.atMs - one.atMs,
  );
}

/** Hints that go on, the newest first. */
export function openHints(run: Alerted): Alert[] {
  return going(run, 'hint').toSorted((one, other) => other.atMs - one.atMs);
}

/** The alert that tells why the present attempt failed. */
export function fatalAlert(run: Alerted): Alert | undefined {
  return (run.alerts ?? []).findLast((alert) => alert.attempt === run.attempt && isFatal(alert));
}

function going(run: Alerted, severity: Alert['severity']): Alert[] {
  if (!isLiveState(run.state)) return [];
  return (run.alerts ?? []).filter(
    (alert) => alert.severity === severity && alert.endedAtMs === undefined && alert.attempt === run.attempt,
  );
}
