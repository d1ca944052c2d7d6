/** What an alert means, with its values, what to do next, and what was done: words for every kind of the protocol. */
import { l10n } from 'vscode';
import type { Alert, AlertKind } from '../../../protocol/src/alert.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import type { ShownAlert } from '../../../protocol/src/webview.ts';
import { alertKindTitle, alertTitle } from './alerts.ts';
import { isLiveState } from './looks.ts';
import { runLabel } from './names.ts';

type Values = Readonly<Record<string, string>>;

interface Words {
  /** A sentence. */
  meaning(values: Values): string;
  /** A sentence in the imperative. */
  nextStep(values: Values): string;
}

const WORDS: Readonly<Record<AlertKind, Words>> = {
  nan: {
    meaning: (v) =>
      l10n.t(
        '{0} is {1} at step {2}. Weights that such a number has reached are lost.',
        v.series ?? 'loss',
        v.value ?? 'NaN',
        v.step ?? '?',
      ),
    nextStep: () =>
      l10n.t(
        'Go on from an earlier checkpoint with a lower learning_rate or max_grad_norm; with fp16, try bf16.',
      ),
  },
  zero_loss: {
    meaning: (v) =>
      v.nanIsHidden === 'yes'
        ? l10n.t(
            'From step {0} on nothing is learned, and the engine may be hiding a loss that is NaN.',
            v.step ?? '?',
          )
        : l10n.t(
            'From step {0} on nothing is learned: most likely no token of the answers counts.',
            v.step ?? '?',
          ),
    nextStep: (v) =>
      v.nanIsHidden === 'yes'
        ? l10n.t('Set logging_nan_inf_filter: false to see which it is.')
        : l10n.t(
            'Check the template and the roles of the rows, and whether max_length cuts the answers off.',
          ),
  },
  divergence: {
    meaning: (v) =>
      l10n.t(
        '{0} is about {1} at step {2}; it was about {3}.',
        v.series ?? 'loss',
        v.value ?? '?',
        v.step ?? '?',
        v.usual ?? '?',
      ),
    nextStep: () =>
      l10n.t('Go on from an earlier checkpoint with a lower learning_rate or a longer warm-up.'),
  },
  hang: {
    meaning: hangMeaning,
    nextStep: () => l10n.t('Look at the end of the log, and stop the run where it waits for nothing.'),
  },
  slowdown: {
    meaning: (v) => l10n.t('A step takes about {0} s; it was about {1} s.', v.seconds ?? '?', v.usual ?? '?'),
    nextStep: () => l10n.t('See whether another program uses the devices, or the data comes slowly.'),
  },
  idle_device: {
    meaning: () => l10n.t('The run goes on, and the device has nothing to do.'),
    nextStep: () => l10n.t('Raise dataloader_num_workers, or give the run fewer devices.'),
  },
  memory_growth: {
    meaning: () => l10n.t('Memory grows from step to step and will run out.'),
    nextStep: () =>
      l10n.t('Lower max_length or dataloader_num_workers, and save more often until it is found.'),
  },
  disk_full: {
    meaning: () => l10n.t('The next checkpoint will not fit on the disk.'),
    nextStep: () => l10n.t('Free some space, or lower save_total_limit.'),
  },
  out_of_memory: {
    meaning: () => l10n.t('The device has no memory left for the next step.'),
    nextStep: () =>
      l10n.t(
        'Halve per_device_train_batch_size and double gradient_accumulation_steps; then lower max_length.',
      ),
  },
  engine_failure: {
    meaning: () => l10n.t('The engine ended with a failure that is known.'),
    nextStep: () => l10n.t('The log says where.'),
  },
  plateau: {
    meaning: () => l10n.t('The loss has not fallen for a long time.'),
    nextStep: () =>
      l10n.t('It may be done: compare the evaluation loss, and stop where that does not fall either.'),
  },
};

function hangMeaning({ step, usualSeconds, expected }: Values): string {
  const last = l10n.t('The processes are alive; step {0} was the last.', step ?? '?');
  const due = expected === undefined ? undefined : DUE_TEXTS[expected]?.();
  const usual = usualSeconds ? l10n.t('A line used to come every {0} s.', usualSeconds) : undefined;
  return [last, due, usual].filter((text) => text !== undefined).join(' ');
}

/** What the run was about to do, where that takes longer than a step. */
const DUE_TEXTS: Readonly<Record<string, () => string>> = {
  end: () => l10n.t('It was about to end.'),
  evaluation: () => l10n.t('An evaluation was due.'),
  saving: () => l10n.t('A checkpoint was due.'),
};

export function alertMeaning({ kind, values }: Alert): string {
  return WORDS[kind].meaning(values);
}

export function alertNextStep({ kind, values }: Alert): string {
  return WORDS[kind].nextStep(values);
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
  return l10n.t('{0} {1}', happenedText(run, alert), alertNextStep(alert));
}

function happenedText(run: RunSummary, alert: Alert): string {
  const name = runLabel(run);
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
      return run.progress && isLiveState(run.state)
        ? l10n.t('{0}, step {1}: {2}.', name, run.progress.step, alertTitle(alert))
        : l10n.t('{0}: {1}.', name, alertTitle(alert));
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
