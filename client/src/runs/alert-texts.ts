/** What an alert means, with its values, what to do next, and what was done: words for every kind of the protocol. */
import { l10n } from 'vscode';
import type { Alert } from '../../../protocol/src/alert.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import type { ShownAlert } from '../../../protocol/src/webview.ts';
import { adviceFor, wordsFor } from './alert-catalog.ts';
import { alertKindTitle, alertTitle } from './alerts.ts';
import { runLabel } from './names.ts';

/** A notification has room for so many changes of the config; the hover shows them all. */
const MAX_ADVICE_IN_NOTICE = 2;

export function alertMeaning(alert: Alert): string {
  return wordsFor(alert)?.meaning ?? l10n.t('The log says more.');
}

/** What to do next, and which changes of the config would help. */
export function alertNextStep(alert: Alert, maxAdvice = Number.POSITIVE_INFINITY): string {
  const nextStep = wordsFor(alert)?.nextStep ?? l10n.t('Look at the log.');
  return sentences(nextStep, ...adviceFor(alert).slice(0, maxAdvice));
}

/** Sentences in a row; not every language puts a space between them. */
function sentences(first: string, ...others: readonly string[]): string {
  return others.reduce((text, sentence) => l10n.t('{0} {1}', text, sentence), first);
}

/** What was done about it, where more than telling. */
export function alertDone({ action }: Alert): string | undefined {
  switch (action) {
    case 'stop':
      return l10n.t('The run was stopped because of it.');
    case 'resume':
      return l10n.t('The run was stopped because of it, to go on from its last good checkpoint.');
    default:
      return undefined;
  }
}

/** The text of a notification: what happened to which run, what was done about it, and what to do next. */
export function noticeText(run: RunSummary, alert: Alert): string {
  return sentences(happenedText(run, alert), alertNextStep(alert, MAX_ADVICE_IN_NOTICE));
}

function happenedText(run: RunSummary, alert: Alert): string {
  const name = runLabel(run);
  const step = alert.step ?? run.progress?.step;
  switch (alert.action) {
    case 'stop':
      return l10n.t('{0} was stopped because {1}.', name, alertKindTitle(alert.kind));
    case 'resume':
      return l10n.t(
        '{0} was stopped because {1}, and goes on from its last good checkpoint.',
        name,
        alertKindTitle(alert.kind),
      );
    default:
      if (run.state === 'failed') return l10n.t('{0} has failed: {1}.', name, alertTitle(alert));
      return step === undefined
        ? l10n.t('{0}: {1}.', name, alertTitle(alert))
        : l10n.t('{0}, step {1}: {2}.', name, step, alertTitle(alert));
  }
}

/** Alerts with their words, for a page that has none of its own. */
export function shownAlerts(alerts: readonly Alert[] | undefined): ShownAlert[] {
  return (alerts ?? []).map((alert) => {
    const done = alertDone(alert);
    return {
      alert,
      title: alertTitle(alert),
      meaning: alertMeaning(alert),
      nextStep: alertNextStep(alert),
      ...(done === undefined ? {} : { done }),
    };
  });
}
