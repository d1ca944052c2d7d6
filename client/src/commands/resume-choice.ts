/** Asks from which checkpoint and with which settings a run is to go on, and shows what a preflight says of each way. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Alert } from '../../../protocol/src/alert.ts';
import type { PreflightParams } from '../../../protocol/src/bridge.ts';
import type { CheckpointSummary, ResumePreflight } from '../../../protocol/src/checkpoint.ts';
import { asFailure, Failure } from '../errors.ts';
import { alertTitle } from '../runs/alerts.ts';
import { runLabel } from '../runs/names.ts';
import {
  beginningText,
  checkpointText,
  checkText,
  differenceText,
  isRefused,
  preflightReport,
} from '../runs/preflight-texts.ts';
import { spoiledBy } from '../runs/spoiled.ts';
import type { TrackedRun } from '../runs/store.ts';
import type { CommandContext } from './context.ts';

/** What is decided already. */
export interface ResumeWish {
  readonly checkpoint?: string | undefined;
  readonly withConfig?: boolean;
}

/** How the run goes on. */
export interface ResumeChoice {
  readonly params: Pick<PreflightParams, 'checkpoint' | 'withConfig' | 'weightsOnly'>;
  readonly preflight: ResumePreflight;
}

/** A way to go on, and what the bridge says of it. */
interface Way {
  readonly params: ResumeChoice['params'];
  readonly outcome: ResumePreflight | Failure;
}

/** Differences and checks that fit into a line of the list. */
const MAX_DIFFERENCES_SHOWN = 3;

/** Undefined where the person thinks better of it. Rejects where the run has no checkpoint to go on from. */
export async function chooseResume(
  context: CommandContext,
  run: TrackedRun,
  wish: ResumeWish,
): Promise<ResumeChoice | undefined> {
  const [newest, alerts] = await whileLooking(run, () =>
    Promise.all([newestOf(context, run, wish), alertsOf(context, run)]),
  );
  const checkpoint = wish.checkpoint ?? (await pickCheckpoint(run, newest, alerts));
  if (checkpoint === undefined) return undefined;
  const ways = await whileLooking(run, () => waysFrom(context, run, checkpoint, wish));
  return pickWay(context, run, ways);
}

function whileLooking<T>({ summary }: TrackedRun, look: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Checking the checkpoints of {0}', runLabel(summary)),
    },
    look,
  );
}

/** The preflight of the checkpoint that is wished, or of the newest good one; of a spoiled one where all of them are. */
async function newestOf(
  context: CommandContext,
  run: TrackedRun,
  { checkpoint }: ResumeWish,
): Promise<ResumePreflight> {
  try {
    return await preflight(context, run, { checkpoint });
  } catch (error) {
    const spoiled =
      checkpoint === undefined && error instanceof Failure && error.code === 'checkpoint-unusable'
        ? error.values.checkpoint
        : undefined;
    if (spoiled === undefined) throw error;
    // The bridge proposes none of them; a person may still want one.
    return preflight(context, run, { checkpoint: spoiled });
  }
}

/** Of every attempt. */
async function alertsOf({ bridge }: CommandContext, { root, summary }: TrackedRun): Promise<Alert[]> {
  const detail = await bridge.request('runs/get', { root, runId: summary.id });
  return detail.alerts ?? detail.summary.alerts ?? [];
}

function preflight(
  { bridge }: CommandContext,
  { root, summary }: TrackedRun,
  { checkpoint, withConfig, weightsOnly }: ResumeChoice['params'] & { checkpoint?: string | undefined },
): Promise<ResumePreflight> {
  return bridge.request('runs/preflight', {
    root,
    runId: summary.id,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(withConfig === undefined ? {} : { withConfig }),
    ...(weightsOnly === undefined ? {} : { weightsOnly }),
  });
}

/** The one checkpoint that there is, or the person's choice, the newest good one first. */
async function pickCheckpoint(
  { summary }: TrackedRun,
  { point, checkpoints }: ResumePreflight,
  alerts: readonly Alert[],
): Promise<string | undefined> {
  const isSound = (checkpoint: CheckpointSummary) =>
    checkpoint.isComplete && spoiledBy(checkpoint, alerts) === undefined;
  const [only, ...others] = checkpoints;
  if (only && others.length === 0 && isSound(only)) return point.checkpoint;
  const newest = checkpoints.find(({ path }) => path === point.checkpoint);
  const proposed = newest && !isSound(newest) ? checkpoints.find(isSound) : newest;
  const ordered = proposed ? [proposed, ...checkpoints.filter((other) => other !== proposed)] : checkpoints;
  const items = ordered.map((checkpoint) => ({
    label: `$(${iconOfCheckpoint(checkpoint, alerts)}) ${basename(checkpoint.path)}`,
    description: checkpointText(checkpoint),
    ...detailOf(checkpoint, {
      spoiling: spoiledBy(checkpoint, alerts),
      ofMany: summary.attempt > 1,
      isProposed: checkpoint === proposed,
    }),
    path: checkpoint.path,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Resume {0}', runLabel(summary)),
    placeHolder: vscode.l10n.t('Choose the checkpoint from which it goes on'),
    matchOnDescription: true,
  });
  return picked?.path;
}

function iconOfCheckpoint(checkpoint: CheckpointSummary, alerts: readonly Alert[]): string {
  if (!checkpoint.isComplete) return 'error';
  return spoiledBy(checkpoint, alerts) ? 'warning' : 'save';
}

/** A second line where there is something to say: a list of many checkpoints stays short. */
function detailOf(
  { isComplete, attempt }: CheckpointSummary,
  about: { readonly spoiling: Alert | undefined; readonly ofMany: boolean; readonly isProposed: boolean },
): { detail?: string } {
  const { spoiling } = about;
  const parts = [
    isComplete ? undefined : vscode.l10n.t('not complete'),
    spoiling && vscode.l10n.t('since step {0}: {1}', spoiling.step ?? '?', alertTitle(spoiling)),
    about.isProposed ? vscode.l10n.t('the newest that is good') : undefined,
    about.ofMany ? vscode.l10n.t('attempt {0}', attempt) : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { detail: parts.join(' · ') };
}

async function waysFrom(
  context: CommandContext,
  run: TrackedRun,
  checkpoint: string,
  { withConfig }: ResumeWish,
): Promise<Way[]> {
  const way = async (params: ResumeChoice['params']): Promise<Way> => ({
    params,
    outcome: await preflight(context, run, params).catch(asFailure),
  });
  const withFile = way({ checkpoint, withConfig: true });
  if (withConfig) return [await withFile];
  const [asBefore, changed] = await Promise.all([way({ checkpoint }), withFile]);
  const wantsWeights = 'checks' in asBefore.outcome && isRefused(asBefore.outcome);
  return wantsWeights
    ? [asBefore, changed, await way({ checkpoint, weightsOnly: true })]
    : [asBefore, changed];
}

async function pickWay(
  context: CommandContext,
  run: TrackedRun,
  ways: readonly Way[],
): Promise<ResumeChoice | undefined> {
  const { summary } = run;
  const reports = ways.flatMap(({ outcome }) => ('checks' in outcome ? [outcome] : []));
  const differing = reports.find(({ differences }) => differences.length > 0);
  const wayItems = ways.map((way) => ({ ...wayItem(summary.attempt, way), way }));
  const items: (vscode.QuickPickItem & { way?: Way })[] = differing
    ? [
        ...wayItems,
        { label: '', kind: vscode.QuickPickItemKind.Separator },
        { label: `$(list-flat) ${vscode.l10n.t('Show All That Differs')}` },
      ]
    : wayItems;
  const checkpoint = basename(reports[0]?.point.checkpoint ?? ways[0]?.params.checkpoint ?? '');
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Resume {0} from {1}', runLabel(summary), checkpoint),
    placeHolder: vscode.l10n.t('Choose the settings with which it goes on'),
    matchOnDetail: true,
  });
  if (!picked) return undefined;
  if (!picked.way) {
    if (differing)
      await context.documents.show('resume.txt', async () => preflightReport(runLabel(summary), differing));
    return undefined;
  }
  const { params, outcome } = picked.way;
  if (!('checks' in outcome)) throw outcome;
  if (isRefused(outcome)) {
    void vscode.window.showErrorMessage(refusalText(summary, outcome));
    return undefined;
  }
  return { params, preflight: outcome };
}

function refusalText(summary: TrackedRun['summary'], { checks }: ResumePreflight): string {
  const reasons = checks.filter(({ severity }) => severity === 'error').map(checkText);
  return vscode.l10n.t('{0} cannot go on like this: {1}', runLabel(summary), reasons.join(' '));
}

function wayItem(attempt: number, { params, outcome }: Way): vscode.QuickPickItem {
  const label = params.weightsOnly
    ? vscode.l10n.t('From the weights alone')
    : params.withConfig
      ? vscode.l10n.t('With the config as it is now')
      : vscode.l10n.t('With the settings of attempt {0}', attempt);
  if (!('checks' in outcome)) return { label: `$(error) ${label}`, detail: outcome.message };
  const icon = iconOf(outcome);
  const description = outcome.differences.length === 0 ? vscode.l10n.t('nothing differs') : '';
  return { label: `$(${icon}) ${label}`, description, detail: wayDetail(outcome) };
}

function iconOf({ checks }: ResumePreflight): string {
  const severities = new Set(checks.map(({ severity }) => severity));
  if (severities.has('error')) return 'error';
  return severities.has('warning') ? 'warning' : 'debug-continue';
}

function wayDetail(outcome: ResumePreflight): string {
  const { checks, differences } = outcome;
  const shown = differences.slice(0, MAX_DIFFERENCES_SHOWN).map(differenceText);
  const more = differences.length - shown.length;
  const differing = more > 0 ? [...shown, vscode.l10n.t('{0} more', more)] : shown;
  // What speaks against it stands first: a narrow list cuts the end.
  const against = checks.filter(({ code }) => code !== 'arguments-differ').map(checkText);
  return [...against, beginningText(outcome), differing.join(', ')].filter(Boolean).join(' ');
}
