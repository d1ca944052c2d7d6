/** What a run's header says, as short texts: pure, so that each can be tested without a page. */
import { t } from '@vscode/l10n';
import type { RunProgress, RunSummary } from '../../../protocol/src/run.ts';
import { formatDuration, formatPace } from '../lib/durations.ts';
import { formatCount, formatValue } from '../lib/numbers.ts';
import type { Best } from './model.ts';

export interface Fact {
  /** Names the fact in the page, for tests and styles. */
  id: string;
  text: string;
  /** What the short text means, where that is not plain. */
  title?: string;
}

export interface FactsOf {
  run: RunSummary;
  isLive: boolean;
  progress: RunProgress | undefined;
  best: Best | undefined;
  language: string;
}

/** The facts in reading order; what is unknown is left out. */
export function headerFacts({ run, isLive, progress, best, language }: FactsOf): Fact[] {
  const facts: Fact[] = [];
  if (progress !== undefined) {
    const { step, maxSteps, epoch, remainingSeconds, secondsPerStep } = progress;
    const reached = formatCount(step, language);
    facts.push({
      id: 'step',
      text:
        maxSteps === undefined
          ? t('step {0}', reached)
          : t('step {0} / {1}', reached, formatCount(maxSteps, language)),
    });
    if (epoch !== undefined) facts.push({ id: 'epoch', text: t('epoch {0}', shortEpoch(epoch)) });
    if (isLive && remainingSeconds !== undefined) {
      facts.push({ id: 'left', text: t('{0} left', formatDuration(remainingSeconds)) });
    }
    if (secondsPerStep !== undefined && secondsPerStep > 0)
      facts.push({ id: 'speed', text: formatPace(secondsPerStep) });
  }
  if (isLive && run.stopWhen === 'next-checkpoint')
    facts.push({ id: 'stop', text: t('stops at the next checkpoint') });
  if (run.attempt > 1) facts.push({ id: 'attempt', text: t('attempt {0}', run.attempt) });
  if (!isLive && run.startedAtMs !== undefined && run.endedAtMs !== undefined) {
    facts.push({ id: 'took', text: t('took {0}', formatDuration((run.endedAtMs - run.startedAtMs) / 1000)) });
  }
  if (best !== undefined) {
    facts.push({
      id: 'best',
      text: t('best eval_loss {0} at step {1}', formatValue(best.value), formatCount(best.step, language)),
    });
  }
  return facts;
}

function shortEpoch(epoch: number): string {
  return epoch < 0.01 ? epoch.toFixed(3) : epoch.toFixed(2).replace(/0$/, '');
}

/** How the process ended, in one sentence; empty where nothing is known. */
function exitText(run: RunSummary): string {
  if (run.exitCode === undefined || run.exitCode === 0) return '';
  return run.exitCode < 0 ? t('Ended by signal {0}.', -run.exitCode) : t('Exit code {0}.', run.exitCode);
}

/** Why a run ended, with the exit code where the reason does not say it already. */
export function endingReason(run: RunSummary, reason = ''): string {
  const saysCode = run.cause !== undefined || reason.includes(`exit code ${run.exitCode}`);
  const code = saysCode ? '' : exitText(run);
  return [reason, code].filter((text) => text !== '').join(' ');
}

/** What a screen reader hears of the run now and then. */
export function spokenState(word: string, { run, isLive, progress }: FactsOf): string {
  const parts = [`${run.name} ${word}`];
  if (progress !== undefined) {
    const { step, maxSteps, loss, remainingSeconds } = progress;
    parts.push(maxSteps === undefined ? t('step {0}', step) : t('step {0} of {1}', step, maxSteps));
    if (typeof loss === 'number') parts.push(t('loss {0}', formatValue(loss)));
    if (isLive && remainingSeconds !== undefined) parts.push(t('{0} left', formatDuration(remainingSeconds)));
  }
  return parts.join(', ');
}
