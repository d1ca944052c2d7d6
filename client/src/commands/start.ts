/** Run: saves the config, asks about its findings, starts it and shows how it comes up. */
import * as vscode from 'vscode';
import type { StartRunParams } from '../../../protocol/src/bridge.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { secretNames } from '../environment/secrets.ts';
import { Failure } from '../errors.ts';
import { isLiveState } from '../runs/looks.ts';
import { rootOf } from '../runs/roots.ts';
import type { TrackedRun } from '../runs/store.ts';
import { runLabel } from '../runs/texts.ts';
import { type Command, type CommandContext, configOf, requireTrust } from './context.ts';
import { offerToMakeModel } from './missing-model.ts';

export const run: Command = {
  doing: () => vscode.l10n.t('The run cannot be started'),
  async run(context, argument) {
    requireTrust();
    const config = await configOf(context, argument);
    const document = await vscode.workspace.openTextDocument(config);
    if (document.isDirty && !(await document.save())) return;
    if (!(await mayRunDespiteFindings(document))) return;
    context.bridge.retryIfFailed();
    try {
      await startWithProgress(context, document);
    } catch (error) {
      // Asked after the notification has gone: it would claim that something starts while a question waits.
      if (!(await offerToMakeModel(error, context, document.uri))) throw error;
      await startWithProgress(context, document);
    }
  },
};

function startWithProgress(context: CommandContext, document: vscode.TextDocument): Thenable<void> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Starting {0}', document.uri.path.split('/').at(-1) ?? ''),
      cancellable: true,
    },
    (progress, cancelled) => startAndShow(context, document, { progress, cancelled }),
  );
}

interface Notification {
  readonly progress: vscode.Progress<{ message?: string }>;
  readonly cancelled: vscode.CancellationToken;
}

async function startAndShow(
  context: CommandContext,
  document: vscode.TextDocument,
  { progress, cancelled }: Notification,
): Promise<void> {
  const root = rootOf(document.uri);
  progress.report({ message: vscode.l10n.t('looking at the environment') });
  const { path: interpreter } = await context.interpreters.required(document.uri);
  if (cancelled.isCancellationRequested) return;
  progress.report({ message: vscode.l10n.t('starting the processes') });
  const summary = await startWithSecrets(context, document, {
    root,
    configPath: document.uri.fsPath,
    interpreter,
  });
  if (!summary) return;
  await context.runs.watch(root);
  const tracked = context.runs.accept(root, summary);
  context.dashboards.show(
    { root, runId: summary.id, title: runLabel(summary) },
    { column: vscode.ViewColumn.Beside },
  );
  progress.report({ message: vscode.l10n.t('the engine is loading') });
  await firstSign(context, tracked, cancelled);
}

/**
 * Starts the run; where a secret is missing that a person can give, asks and starts again. Undefined where the person
 * gives none.
 */
async function startWithSecrets(
  context: CommandContext,
  document: vscode.TextDocument,
  params: StartRunParams,
): Promise<RunSummary | undefined> {
  const names = secretNames(document.getText());
  for (;;) {
    const secrets = await context.secrets.valuesFor(names);
    try {
      return await context.bridge.request('runs/start', { ...params, secrets });
    } catch (error) {
      const missing = missingSecret(error, names);
      if (missing === undefined) throw error;
      if (!(await context.secrets.ask(missing))) return undefined;
    }
  }
}

function missingSecret(error: unknown, names: readonly string[]): string | undefined {
  if (!(error instanceof Failure) || error.code !== 'secret-missing') return undefined;
  const { name } = error.values;
  return name !== undefined && names.includes(name) ? name : undefined;
}

/** Resolves with the run's first step, its end, or the person's wish to stop it. */
function firstSign(
  { runs }: CommandContext,
  started: TrackedRun,
  cancelled: vscode.CancellationToken,
): Promise<void> {
  const hasSign = ({ summary }: TrackedRun) => summary.progress !== undefined || !isLiveState(summary.state);
  return new Promise((resolve) => {
    const subscriptions: vscode.Disposable[] = [];
    const finish = () => {
      for (const subscription of subscriptions) subscription.dispose();
      resolve();
    };
    const look = () => {
      const current = runs.find(started.summary.id);
      if (!current || hasSign(current)) finish();
    };
    subscriptions.push(
      runs.onDidChange(look),
      cancelled.onCancellationRequested(() => {
        void vscode.commands.executeCommand('tunewright.stop', { kind: 'run', runId: started.summary.id });
        finish();
      }),
    );
    look();
  });
}

async function mayRunDespiteFindings(document: vscode.TextDocument): Promise<boolean> {
  const errors = vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
  const [first] = errors;
  if (!first) return true;
  const runAnyway = vscode.l10n.t('Run Anyway');
  const showProblems = vscode.l10n.t('Show Problems');
  const line = first.range.start.line + 1;
  const pressed = await vscode.window.showWarningMessage(
    errors.length === 1
      ? vscode.l10n.t('The engine will refuse this config. Line {0}: {1}', line, first.message)
      : vscode.l10n.t(
          'The engine will refuse this config: {0} errors. Line {1}: {2}',
          errors.length,
          line,
          first.message,
        ),
    showProblems,
    runAnyway,
  );
  if (pressed === showProblems) {
    await vscode.window.showTextDocument(document, { selection: first.range });
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
  return pressed === runAnyway;
}
