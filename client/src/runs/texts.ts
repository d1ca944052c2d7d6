/** What a run says of itself in one line or in a hover: pure text, without the editor's widgets. */
import { l10n } from 'vscode';
import type { MetricNumber } from '../../../protocol/src/number.ts';
import type { RunProgress, RunState, RunSummary } from '../../../protocol/src/run.ts';
import { isLiveState } from './looks.ts';
import { sparkline } from './sparkline.ts';

/** Views are narrow: what does not fit is in the hover. */
const SPARKLINE_WIDTH = 6;

/** The host's name in the tree; this machine goes by no name. */
export const LOCAL_HOST = 'local';

export function hostText(host: string): string {
  return host === LOCAL_HOST ? l10n.t('this machine') : host;
}

/** `first.sft`, or `first.sft #3` for the third run of that name. */
export function runLabel(run: Pick<RunSummary, 'name' | 'number'>): string {
  return run.number > 1 ? `${run.name} #${run.number}` : run.name;
}

export function stateText(state: RunState): string {
  switch (state) {
    case 'queued':
      return l10n.t('queued');
    case 'starting':
      return l10n.t('starting');
    case 'running':
      return l10n.t('running');
    case 'stopping':
      return l10n.t('stopping');
    case 'succeeded':
      return l10n.t('succeeded');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'lost':
      return l10n.t('lost');
  }
}

/** The line beside the label: how far, how good, how long still. */
export function runDescription(run: RunSummary, losses: readonly number[]): string {
  const { progress } = run;
  if (!isLiveState(run.state)) {
    const outcome = run.state === 'failed' ? (run.reason ?? exitText(run)) : lossText(progress);
    return joined([stateText(run.state), outcome]);
  }
  if (run.state === 'queued') return joined([stateText(run.state), run.reason]);
  if (!progress) return run.state === 'running' ? l10n.t('running, no step yet') : `${stateText(run.state)}…`;
  const loss = joined([lossText(progress), sparkline(losses, SPARKLINE_WIDTH)], ' ');
  return joined([
    run.state === 'stopping' ? stateText(run.state) : undefined,
    stepText(progress),
    loss,
    remainingText(progress),
  ]);
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

/** `42 s`, `3 m 10 s`, `2 h 5 m`, `3 d 4 h`: the two units that matter. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const counts = [
    { count: Math.floor(whole / 86_400), text: (count: number) => l10n.t('{0} d', count) },
    { count: Math.floor(whole / 3_600) % 24, text: (count: number) => l10n.t('{0} h', count) },
    { count: Math.floor(whole / 60) % 60, text: (count: number) => l10n.t('{0} m', count) },
    { count: whole % 60, text: (count: number) => l10n.t('{0} s', count) },
  ];
  const first = counts.findIndex(({ count }) => count > 0);
  if (first === -1) return l10n.t('{0} s', 0);
  return counts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ count, text }) => text(count))
    .join(' ');
}

/** Everything worth knowing at a glance, as lines of `name` and `value`. */
export function runDetails(run: RunSummary, nowMs: number): readonly (readonly [string, string])[] {
  const { progress } = run;
  const started = run.startedAtMs;
  const lines: (readonly [string, string | undefined])[] = [
    [l10n.t('State'), stateText(run.state)],
    [l10n.t('Reason'), run.reason],
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

/** `Tunewright: 1 running 61 %`; undefined where nothing runs. */
export function statusBarText(live: readonly RunSummary[]): string | undefined {
  if (live.length === 0) return undefined;
  const running = live.filter((run) => run.state !== 'queued');
  if (running.length === 0) return l10n.t('Tunewright: {0} queued', live.length);
  const percent = running.length === 1 ? percentText(running[0]?.progress) : undefined;
  return joined([l10n.t('Tunewright: {0} running', running.length), percent], ' ');
}

function joined(parts: readonly (string | undefined)[], separator = ' · '): string {
  return parts.filter((part) => part !== undefined && part !== '').join(separator);
}
