/** Check on Engine: the engine's own verdict on the text that stands in the editor, which need not be saved. */
import * as vscode from 'vscode';
import type { EngineVerdict } from '../../../protocol/src/bridge.ts';
import { asFailure } from '../errors.ts';
import { difference, serverErrors } from '../lsp/engine-findings.ts';
import { acceptedText, verdictText } from '../lsp/verdict-texts.ts';
import { type Command, type CommandContext, configOf, requireTrust } from './context.ts';

/** Later than a warm engine answers. */
const STARTING_AFTER_MS = 1_500;

export const checkOnEngine: Command = {
  doing: () => vscode.l10n.t('The config cannot be checked on the engine'),
  async run(context, argument) {
    requireTrust();
    const config = await configOf(context, argument);
    context.bridge.retryIfFailed();
    const document = await vscode.workspace.openTextDocument(config);
    const version = document.version;
    const verdict = await askWithProgress(context, document);
    if (!verdict) return;
    const name = config.path.split('/').at(-1) ?? '';
    if (document.version !== version) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} was changed while the engine read it. Check it again.', name),
      );
      return;
    }
    const differs = difference(verdict, serverErrors(document));
    if (differs !== undefined) context.log.info(`verdicts differ on ${config.fsPath}: ${differs}`);
    context.engineFindings.show(document, verdict);
    await tell(document, name, verdict);
  },
};

/** Undefined where the person does not want to wait; the engine goes on starting, for the next time. */
function askWithProgress(
  context: CommandContext,
  document: vscode.TextDocument,
): Thenable<EngineVerdict | undefined> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Asking the engine'),
      cancellable: true,
    },
    async (progress, cancelled) => {
      const starting = setTimeout(
        () =>
          progress.report({
            message: vscode.l10n.t('it starts first, for some 20 seconds; then it is quick'),
          }),
        STARTING_AFTER_MS,
      );
      let isGivenUp = cancelled.isCancellationRequested;
      const givenUp = new Promise<undefined>((resolve) => {
        cancelled.onCancellationRequested(() => {
          isGivenUp = true;
          resolve(undefined);
        });
      });
      const answer = ask(context, document).catch((error: unknown) => {
        if (!isGivenUp) throw error;
        context.log.warn(`The check that nobody waits for failed: ${asFailure(error).message}`);
        return undefined;
      });
      try {
        return await Promise.race([answer, givenUp]);
      } finally {
        clearTimeout(starting);
      }
    },
  );
}

async function ask(context: CommandContext, document: vscode.TextDocument): Promise<EngineVerdict> {
  const text = document.getText();
  const { path: interpreter } = await context.interpreters.required(document.uri);
  return context.bridge.request('config/check', { configPath: document.uri.fsPath, interpreter, text });
}

async function tell(document: vscode.TextDocument, name: string, verdict: EngineVerdict): Promise<void> {
  if (verdict.stage === 'accepted') {
    void vscode.window.showInformationMessage(acceptedText(name, verdict));
    return;
  }
  const showLine = vscode.l10n.t('Show Line');
  const { line } = verdict;
  const text = verdictText(verdict);
  const pressed = await vscode.window.showWarningMessage(
    line === undefined
      ? vscode.l10n.t('{0}: {1}', name, text)
      : vscode.l10n.t('{0}, line {1}: {2}', name, line, text),
    ...(line === undefined ? [] : [showLine]),
  );
  if (pressed !== showLine || line === undefined) return;
  const index = Math.min(line, document.lineCount) - 1;
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(index, 0, index, 0) });
}
