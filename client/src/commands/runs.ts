/** Commands that show a run that exists: its dashboard, its log, its files. */
import * as vscode from 'vscode';
import { DOCUMENT_SCHEME, type LogPlace } from '../runs/documents.ts';
import { runLabel } from '../runs/names.ts';
import { type Command, requireTrust, runOf } from './context.ts';

export const openDashboard: Command = {
  async run(context, argument) {
    requireTrust();
    const run = await runOf(context, argument);
    if (!run) return;
    context.dashboards.show(
      { root: run.root, runId: run.summary.id, title: runLabel(run.summary) },
      { column: vscode.ViewColumn.Active },
    );
  },
};

export const openLog: Command = {
  doing: () => vscode.l10n.t('The log cannot be opened'),
  async run(context, argument) {
    requireTrust();
    const run = await runOf(context, argument);
    if (!run) return;
    const { root, summary } = run;
    const source = { root, runId: summary.id, label: runLabel(summary) };
    await context.documents.showLog(source, logPlaceIn(argument, summary.attempt));
  },
};

export const openConfig: Command = {
  doing: () => vscode.l10n.t('The config cannot be opened'),
  async run(context, argument) {
    const run = await runOf(context, argument);
    if (!run) return;
    const uri = vscode.Uri.file(run.summary.configPath);
    if (await exists(uri)) {
      await vscode.window.showTextDocument(uri);
      return;
    }
    // The file is gone; the run keeps what it was started from.
    const { root, summary } = run;
    const editor = await context.documents.show(`${summary.id}/${summary.name}.yaml`, async () => {
      const { configText } = await context.bridge.request('runs/get', { root, runId: summary.id });
      return configText;
    });
    await vscode.languages.setTextDocumentLanguage(editor.document, 'yaml');
  },
};

export const openRunFolder: Command = {
  doing: () => vscode.l10n.t('The run folder cannot be opened'),
  async run(context, argument) {
    const run = await runOf(context, argument);
    if (!run) return;
    const folder = vscode.Uri.file(run.summary.directory);
    const isElsewhere = vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
    const isInWorkspace = vscode.workspace.getWorkspaceFolder(folder) !== undefined;
    // A file manager would open on the wrong machine where the files are on another one.
    const command = isElsewhere && isInWorkspace ? 'revealInExplorer' : 'revealFileInOS';
    await vscode.commands.executeCommand(command, folder);
  },
};

export const showOlderRuns: Command = {
  doing: () => vscode.l10n.t('Older runs cannot be listed'),
  async run({ roots, runs }) {
    requireTrust();
    await roots.ensure();
    await vscode.window.withProgress({ location: { viewId: 'tunewright.runs' } }, () => runs.showOlder());
  },
};

/** The byte of the log that is meant, and an earlier attempt, where an alert or a dashboard names one. */
function logPlaceIn(argument: unknown, latest: number): LogPlace {
  if (typeof argument !== 'object' || argument === null) return {};
  if (!('logOffset' in argument) || typeof argument.logOffset !== 'number') return {};
  const offset = argument.logOffset;
  const attempt = 'attempt' in argument && typeof argument.attempt === 'number' ? argument.attempt : latest;
  return attempt === latest ? { offset } : { offset, earlierAttempt: attempt };
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme === DOCUMENT_SCHEME) return false;
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
