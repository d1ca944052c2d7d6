/** What a run says of itself in one line or in a hover: pure text, without the editor's widgets. */
import { l10n } from 'vscode';
import type { MetricNumber } from '../../../protocol/src/number.ts';
import type { RunProgress, RunSummary } from '../../../protocol/src/run.ts';
import { stateText } from '../state-words.ts';
import { alertTitle, fatalAlert, openAlerts, openHints } from './alerts.ts';
import { reasonText } from './causes.ts';
import { durationText } from './durations.ts';
import { isLiveState } from './looks.ts';
import { sparkline } from './sparkline.ts';
import { waitingText, waitReasonText } from './waiting.ts';

/** Views are narrow: what does not fit is in the hover. */
const SPARKLINE_WIDTH = 6;

/** The line beside the label: how far, how good, how long still; first what is wrong, where something is. */
export function runDescription(run: RunSummary, losses: readonly number[], nowMs: number): string {
  if (!isLiveState(run.state)) return joined([stateText(run.state), outcomeText(run)]);
  if (run.state === 'queued') return waitingText(run, nowMs);
  const alert = alertsText(run, nowMs);
  if (alert !== undefined) {
    return joined([alert, stoppingText(run) ?? (run.progress && stepText(run.progress))]);
  }
  return joined([stoppingText(run) ?? progressText(run, losses), hintsText(run, nowMs)]);
}

function outcomeText(run: RunSummary): string | undefined {
  const alert = run.state === 'failed' ? fatalAlert(run) : undefined;
  if (alert) return alertTitle(alert);
  switch (run.state) {
    case 'succeeded':
      return lossText(run.progress);
    case 'failed':
      return reasonText(run) ?? exitText(run);
    case 'lost':
      // The hover says what that means; here there is room for what is more than that.
      return run.cause?.code === 'lost' ? undefined : reasonText(run);
    case 'cancelled':
      // That the person stopped it, the person knows.
      return run.cause === undefined || run.cause.code === 'stopped'
        ? lossText(run.progress)
        : reasonText(run);
    default:
      return undefined;
  }
}

/** `no step for 9 m`, and how many more there are. */
function alertsText(run: RunSummary, nowMs: number): string | undefined {
  const [first, ...others] = openAlerts(run);
  if (!first) return undefined;
  const title = alertTitle(first, nowMs);
  return others.length === 0 ? title : l10n.t('{0} and {1} more', title, others.length);
}

function hintsText(run: RunSummary, nowMs: number): string | undefined {
  const [hint] = openHints(run);
  return hint && alertTitle(hint, nowMs);
}

function stoppingText(run: RunSummary): string | undefined {
  if (run.state === 'stopping') return joined([stateText(run.state), run.progress && stepText(run.progress)]);
  if (run.stopWhen !== 'next-checkpoint') return undefined;
  return joined([run.progress && stepText(run.progress), l10n.t('stops at its next checkpoint')]);
}

function progressText(run: RunSummary, losses: readonly number[]): string {
  const { progress } = run;
  if (!progress) return run.state === 'running' ? l10n.t('running, no step yet') : `${stateText(run.state)}…`;
  const loss = joined([lossText(progress), sparkline(losses, SPARKLINE_WIDTH)], ' ');
  return joined([stepText(progress), loss, remainingText(progress)]);
}

/** `612/1000`, or `step 612` where the end is unknown. */
export function stepText(progress: RunProgress): string {
  return progress.maxSteps === undefined
    ? l10n.t('step {0}', progress.step)
    : `${progress.step}/${progress.maxSteps}`;
}

export function percentText(progress: RunProgress | undefined): string | undefined {
  if (progress?.maxSteps === undefined || progress.maxSteps <= 0) return undefined;
  return `${Math.floor((100 * Math.min(progress.step, progress.maxSteps)) / progress.maxSteps)} %`;
}

export function lossText(progress: RunProgress | undefined): string | undefined {
  return progress?.loss === undefined ? undefined : l10n.t('loss {0}', metricText(progress.loss));
}

function remainingText(progress: RunProgress): string | undefined {
  if (progress.remainingSeconds === undefined || progress.remainingSeconds <= 0) return undefined;
  return l10n.t('{0} left', durationText(progress.remainingSeconds));
}

function exitText(run: RunSummary): string | undefined {
  return run.exitCode === undefined ? undefined : l10n.t('exit code {0}', run.exitCode);
}

/** Three significant digits; the words of numbers that are none stay as they are. */
export function metricText(value: MetricNumber): string {
  if (typeof value !== 'number') return value;
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}

/** Everything worth knowing at a glance, as lines of `name` and `value`. */
export function runDetails(run: RunSummary, nowMs: number): readonly (readonly [string, string])[] {
  const { progress } = run;
  const started = run.startedAtMs;
  const lines: (readonly [string, string | undefined])[] = [
    [l10n.t('State'), stateText(run.state)],
    [l10n.t('Reason'), reasonText(run)],
    [l10n.t('Step'), progress && stepText(progress)],
    [l10n.t('Epoch'), progress?.epoch === undefined ? undefined : metricText(progress.epoch)],
    [l10n.t('Loss'), progress?.loss === undefined ? undefined : metricText(progress.loss)],
    [l10n.t('Evaluation loss'), progress?.evalLoss === undefined ? undefined : metricText(progress.evalLoss)],
    [l10n.t('Speed'), progress && speedText(progress)],
    [
      l10n.t('Time left'),
      progress?.remainingSeconds === undefined ? undefined : durationText(progress.remainingSeconds),
    ],
    [l10n.t('Started'), started === undefined ? undefined : new Date(started).toLocaleString()],
    [
      l10n.t('Took'),
      started === undefined ? undefined : durationText(((run.endedAtMs ?? nowMs) - started) / 1000),
    ],
    [l10n.t('Attempt'), run.attempt > 1 ? String(run.attempt) : undefined],
    [l10n.t('Queue'), run.queuePlace?.queue],
    [l10n.t('Waits because'), waitReasonText(run)],
    [l10n.t('Config'), run.configPath],
    [l10n.t('Folder'), run.directory],
  ];
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function speedText(progress: RunProgress): string | undefined {
  const seconds = progress.secondsPerStep;
  if (seconds === undefined || seconds <= 0) return undefined;
  return seconds < 1
    ? l10n.t('{0} steps/s', metricText(1 / seconds))
    : l10n.t('{0} s/step', metricText(seconds));
}

/** `Tunewright: 1 running 61 %`, with the number of runs that need somebody; undefined where nothing runs. */
export function statusBarText(live: readonly RunSummary[]): string | undefined {
  if (live.length === 0) return undefined;
  const running = live.filter((run) => run.state !== 'queued');
  if (running.length === 0) return l10n.t('Tunewright: {0} queued', live.length);
  const text = l10n.t('Tunewright: {0} running', running.length);
  const alerted = running.filter((run) => openAlerts(run).length > 0).length;
  if (alerted === 1) return l10n.t('{0}, 1 with an alert', text);
  if (alerted > 1) return l10n.t('{0}, {1} with alerts', text, alerted);
  return joined([text, running.length === 1 ? percentText(running[0]?.progress) : undefined], ' ');
}

function joined(parts: readonly (string | undefined)[], separator = ' · '): string {
  return parts.filter((part) => part !== undefined && part !== '').join(separator);
}
