/** The attempts of a run in a line each. Pure text. */
import { basename } from 'node:path';
import { l10n } from 'vscode';
import type { AttemptSummary } from '../../../protocol/src/run.ts';
import { durationText } from './durations.ts';

/** More attempts than this are told of by the newest ones. */
const MAX_LINES = 6;

/** `Attempt 1`: `exit code 1 after 3 m 10 s`; nothing where there is one only. */
export function attemptLines(
  attempts: readonly AttemptSummary[],
  current: number,
): readonly (readonly [string, string])[] {
  if (attempts.length < 2) return [];
  return attempts
    .slice(-MAX_LINES)
    .map((attempt) => [l10n.t('Attempt {0}', attempt.number), attemptText(attempt, current)] as const);
}

function attemptText(attempt: AttemptSummary, current: number): string {
  const parts = [beginningText(attempt), endText(attempt, current)].filter((part) => part !== undefined);
  return parts.join(', ');
}

function beginningText({ resumedFrom }: AttemptSummary): string {
  return resumedFrom ? l10n.t('from {0}', basename(resumedFrom.checkpoint)) : l10n.t('from the beginning');
}

function endText(attempt: AttemptSummary, current: number): string | undefined {
  const { startedAtMs, endedAtMs } = attempt;
  const outcome = outcomeText(attempt, current);
  if (outcome === undefined || startedAtMs === undefined || endedAtMs === undefined) return outcome;
  return l10n.t('{0} after {1}', outcome, durationText((endedAtMs - startedAtMs) / 1000));
}

function outcomeText({ number, exitCode, signal }: AttemptSummary, current: number): string | undefined {
  if (signal !== undefined) return l10n.t('ended by signal {0}', signal);
  if (exitCode === 0) return l10n.t('ended well');
  if (exitCode !== undefined) return l10n.t('exit code {0}', exitCode);
  return number === current ? undefined : l10n.t('left no record of its end');
}
