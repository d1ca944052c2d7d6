/** What a preflight has to say before a run goes on: words for every check of the protocol. Pure text. */
import { basename } from 'node:path';
import { l10n } from 'vscode';
import type {
  ArgumentDifference,
  CheckpointSummary,
  FileProblem,
  PreflightCheck,
  PreflightCode,
  ResumePreflight,
} from '../../../protocol/src/checkpoint.ts';
import { sizeText } from './sizes.ts';

type Values = Readonly<Record<string, string>>;

/** What is wrong with a file of a checkpoint, as a clause behind its name. */
const PROBLEM_TEXTS: Readonly<Record<FileProblem, () => string>> = {
  missing: () => l10n.t('it is missing'),
  empty: () => l10n.t('it is empty'),
  truncated: () => l10n.t('it is cut short'),
  damaged: () => l10n.t('it is damaged'),
  'not-readable': () => l10n.t('it may not be read'),
  'another-step': () => l10n.t('it belongs to another step'),
};

/** Sentences. */
const CHECK_TEXTS: Readonly<Record<PreflightCode, (values: Values) => string>> = {
  'checkpoint-incomplete': (v) => l10n.t('The checkpoint is not complete: {0} is missing.', list(v.files)),
  'weights-damaged': (v) => l10n.t('The weights cannot be read: {0}.', fileText(v)),
  'weights-only': () =>
    l10n.t('The checkpoint has the weights alone: optimizer and learning rate begin anew.'),
  'optimizer-unreadable': (v) => l10n.t('The state of the optimizer cannot be read: {0}.', fileText(v)),
  'scheduler-unreadable': (v) => l10n.t('The state of the learning rate cannot be read: {0}.', fileText(v)),
  'random-state-unreadable': (v) =>
    l10n.t('The state of the random numbers cannot be read: {0}.', fileText(v)),
  'trainer-state-unreadable': (v) => l10n.t('The state of the trainer cannot be read: {0}.', fileText(v)),
  'arguments-differ': (v) => l10n.t('It would train with other arguments: {0}.', list(v.keys)),
  'world-size-differs': (v) =>
    l10n.t(
      'The checkpoint was written by {0} processes, and {1} would go on.',
      v.ofCheckpoint ?? '?',
      v.ofAttempt ?? '?',
    ),
  'dataset-changed': (v) => l10n.t('The data file {0} has changed since.', v.path ?? '?'),
  'dataset-missing': (v) => l10n.t('The data file {0} is no longer there.', v.path ?? '?'),
  'already-finished': (v) =>
    l10n.t(
      'Nothing is left to train: the checkpoint is at step {0} of {1}.',
      v.step ?? '?',
      v.maxSteps ?? '?',
    ),
};

function list(names: string | undefined): string {
  return names === undefined ? '?' : names.split(',').join(', ');
}

/** `optimizer.pt: it is cut short (…)`; the detail is English wherever it comes from. */
function fileText({ file, problem, detail }: Values): string {
  const words = isKnown(problem) ? PROBLEM_TEXTS[problem]() : (problem ?? '?');
  const text = l10n.t('{0}: {1}', file ?? '?', words);
  return detail === undefined ? text : `${text} (${detail})`;
}

function isKnown(problem: string | undefined): problem is FileProblem {
  return problem !== undefined && problem in PROBLEM_TEXTS;
}

/** Every code with words, for the test that holds them against the protocol. */
export const CHECK_CODES = Object.keys(CHECK_TEXTS);
export const FILE_PROBLEMS = Object.keys(PROBLEM_TEXTS);

export function checkText({ code, values }: PreflightCheck): string {
  return CHECK_TEXTS[code](values);
}

export function isRefused({ checks }: ResumePreflight): boolean {
  return checks.some(({ severity }) => severity === 'error');
}

/** `learning_rate: 0.001 → 0.0001`. */
export function differenceText({ key, ofCheckpoint, ofAttempt }: ArgumentDifference): string {
  const none = l10n.t('(not set)');
  return `${key}: ${ofCheckpoint ?? none} → ${ofAttempt ?? none}`;
}

/** `Goes on at step 41 of 400.` */
export function beginningText({ nextStep, maxSteps }: ResumePreflight): string {
  return maxSteps === undefined
    ? l10n.t('Goes on at step {0}.', nextStep)
    : l10n.t('Goes on at step {0} of {1}.', nextStep, maxSteps);
}

/** `step 40 · epoch 1.2 · 12 MB · 24/11/2026, 15:45:42`. */
export function checkpointText({ step, epoch, sizeBytes, createdAtMs }: CheckpointSummary): string {
  const parts = [
    l10n.t('step {0}', step),
    epoch === undefined ? undefined : l10n.t('epoch {0}', Number(epoch.toFixed(2))),
    sizeText(sizeBytes),
    new Date(createdAtMs).toLocaleString(),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** A preflight whole, as a text to read and keep. */
export function preflightReport(name: string, preflight: ResumePreflight): string {
  const { point, checks, differences } = preflight;
  const lines = [
    `${name}: ${basename(point.checkpoint)}`,
    point.checkpoint,
    '',
    beginningText(preflight),
    ...checks.map((check) => `${severityMark(check)} ${checkText(check)}`),
  ];
  if (differences.length > 0) {
    lines.push('', l10n.t('What differs from the checkpoint:'), ...differences.map(differenceText));
  }
  return `${lines.join('\n')}\n`;
}

function severityMark({ severity }: PreflightCheck): string {
  return { error: '✗', warning: '!', information: '·' }[severity];
}
