/** Run: saves the config, asks about its findings, starts it and shows how it comes up. */
import * as vscode from 'vscode';
import { secretNames } from '../environment/secrets.ts';
import { runLabel } from '../runs/names.ts';
import { rootOf } from '../runs/roots.ts';
import { withSecrets } from './asked-secrets.ts';
import { type Command, type CommandContext, configOf, requireTrust } from './context.ts';
import { firstSign } from './first-sign.ts';
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
  const params = { root, configPath: document.uri.fsPath, interpreter };
  const summary = await withSecrets(context, secretNames(document.getText()), (secrets) =>
    context.bridge.request('runs/start', { ...params, secrets }),
  );
  if (!summary) return;
  await context.runs.watch(root);
  const tracked = context.runs.accept(root, summary);
  context.dashboards.show(
    { root, runId: summary.id, title: runLabel(summary) },
    { column: vscode.ViewColumn.Beside },
  );
  progress.report({ message: vscode.l10n.t('the engine is loading') });
  await firstSign(context, tracked, { cancelled, afterStep: 0 });
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
