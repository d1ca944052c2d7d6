/** Resume: from which checkpoint, with which settings, what speaks against it; then the next attempt of the run. */
import * as vscode from 'vscode';
import { secretNames } from '../environment/secrets.ts';
import { Failure } from '../errors.ts';
import { isLiveState } from '../runs/looks.ts';
import { runLabel } from '../runs/names.ts';
import type { TrackedRun } from '../runs/store.ts';
import { withSecrets } from './asked-secrets.ts';
import { type Command, type CommandContext, requireTrust, runOf } from './context.ts';
import { firstSign } from './first-sign.ts';
import { chooseResume, type ResumeChoice, type ResumeWish } from './resume-choice.ts';
import { whenEnded } from './stop.ts';

export const resume: Command = {
  doing: () => vscode.l10n.t('The run cannot be resumed'),
  async run(context, argument) {
    requireTrust();
    context.bridge.retryIfFailed();
    const run = await runOf(context, argument, 'resumable');
    if (run) await resumeRun(context, run, { checkpoint: checkpointIn(argument) });
  },
};

/** The config first: what is wrong with a run is often a line of it. */
export const resumeWithChange: Command = {
  doing: () => vscode.l10n.t('The run cannot be resumed'),
  async run(context, argument) {
    requireTrust();
    const run = await runOf(context, argument);
    if (!run) return;
    const { configPath } = run.summary;
    await vscode.window.showTextDocument(vscode.Uri.file(configPath));
    // A lens over the config offers to go on for as long as it is being changed.
    context.changes.begin(configPath);
    const goOn = goOnText(run);
    const name = runLabel(run.summary);
    const pressed = await vscode.window.showInformationMessage(
      isLiveState(run.summary.state)
        ? vscode.l10n.t(
            'Change the config. {0} is then stopped, and goes on with it from a checkpoint.',
            name,
          )
        : vscode.l10n.t('Change the config. {0} then goes on with it from a checkpoint.', name),
      goOn,
    );
    // Whoever presses it long afterwards may have gone on by the lens already.
    if (pressed === goOn && context.changes.has(configPath)) await goOnWithConfig(context, run);
  },
};

/** Goes on with the config in the editor. */
export const resumeWithThisConfig: Command = {
  doing: () => vscode.l10n.t('The run cannot be resumed'),
  async run(context, argument) {
    requireTrust();
    const run = await runOf(context, argument);
    if (!run) return;
    if (!context.changes.has(run.summary.configPath) && !(await mayBeStopped(run))) return;
    await goOnWithConfig(context, run);
  },
};

function goOnText({ summary }: TrackedRun): string {
  return isLiveState(summary.state) ? vscode.l10n.t('Stop and Resume…') : vscode.l10n.t('Resume…');
}

async function mayBeStopped(run: TrackedRun): Promise<boolean> {
  if (!isLiveState(run.summary.state)) return true;
  const goOn = goOnText(run);
  const pressed = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is still running. Stop it, and go on from a checkpoint?', runLabel(run.summary)),
    { modal: true },
    goOn,
  );
  return pressed === goOn;
}

async function goOnWithConfig(context: CommandContext, run: TrackedRun): Promise<void> {
  const { configPath } = run.summary;
  context.bridge.retryIfFailed();
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(configPath));
  if (document.isDirty && !(await document.save())) return;
  context.changes.end(configPath);
  await endFirst(context, run);
  await resumeRun(context, run, { withConfig: true });
}

function checkpointIn(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('checkpoint' in argument)) return undefined;
  return typeof argument.checkpoint === 'string' ? argument.checkpoint : undefined;
}

async function endFirst({ bridge, runs }: CommandContext, run: TrackedRun): Promise<void> {
  const { root, summary } = run;
  const current = runs.find(summary.id) ?? run;
  if (!isLiveState(current.summary.state)) return;
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Stopping {0}', runLabel(summary)),
    },
    async () => {
      runs.accept(root, await bridge.request('runs/stop', { root, runId: summary.id, when: 'now' }));
      await whenEnded(runs, summary.id);
    },
  );
}

async function resumeRun(context: CommandContext, run: TrackedRun, wish: ResumeWish): Promise<void> {
  let choice: ResumeChoice | undefined;
  try {
    choice = await chooseResume(context, run, wish);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'no-checkpoint') throw error;
    await offerToRunAnew(run, error);
    return;
  }
  if (choice) await resumeWithProgress(context, run, choice);
}

async function offerToRunAnew({ summary }: TrackedRun, failure: Failure): Promise<void> {
  const runAnew = vscode.l10n.t('Run Anew');
  const pressed = await vscode.window.showWarningMessage(failure.message, runAnew);
  if (pressed !== runAnew) return;
  await vscode.commands.executeCommand('tunewright.run', vscode.Uri.file(summary.configPath));
}

function resumeWithProgress(context: CommandContext, run: TrackedRun, choice: ResumeChoice): Thenable<void> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Resuming {0}', runLabel(run.summary)),
      cancellable: true,
    },
    async (progress, cancelled) => {
      const { root, summary } = run;
      progress.report({ message: vscode.l10n.t('starting the processes') });
      const names = secretNames(await configText(context, run, choice));
      const resumed = await withSecrets(context, names, (secrets) => request(context, run, choice, secrets));
      if (!resumed) return;
      const tracked = context.runs.accept(root, resumed);
      context.dashboards.show(
        { root, runId: summary.id, title: runLabel(resumed) },
        { column: vscode.ViewColumn.Beside },
      );
      progress.report({ message: vscode.l10n.t('the engine is loading') });
      await firstSign(context, tracked, { cancelled, afterStep: choice.preflight.point.step });
    },
  );
}

async function request(
  { bridge, interpreters }: CommandContext,
  { root, summary }: TrackedRun,
  { params }: ResumeChoice,
  secrets: Record<string, string>,
) {
  const wanted = { ...params, root, runId: summary.id, secrets };
  try {
    return await bridge.request('runs/resume', wanted);
  } catch (error) {
    if (!isInterpreterGone(error)) throw error;
    // The environment of the last attempt is no longer there; the one chosen now takes its place.
    const { path: interpreter } = await interpreters.required(vscode.Uri.file(summary.configPath));
    return bridge.request('runs/resume', { ...wanted, interpreter });
  }
}

function isInterpreterGone(error: unknown): boolean {
  return (
    error instanceof Failure &&
    (error.code === 'interpreter-not-found' || error.code === 'engine-not-installed')
  );
}

/** The text that names the secrets which the attempt needs. */
async function configText(
  { bridge }: CommandContext,
  { root, summary }: TrackedRun,
  { params }: ResumeChoice,
): Promise<string> {
  if (params.withConfig) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(summary.configPath));
    return document.getText();
  }
  return (await bridge.request('runs/get', { root, runId: summary.id })).configText;
}
