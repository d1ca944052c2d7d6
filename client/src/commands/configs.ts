/** Commands on a config that need no run: what the engine would get, and how to run it by hand. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ResolveConfigResult } from '../../../protocol/src/bridge.ts';
import { type Command, type CommandContext, configOf, requireTrust } from './context.ts';

export const showResolvedConfig: Command = {
  doing: () => vscode.l10n.t('The config cannot be resolved'),
  async run(context, argument) {
    const config = await savedConfig(context, argument);
    const name = basename(config.fsPath).replace(/\.ya?ml$/i, '');
    const editor = await context.documents.show(`${name}.resolved.yaml`, async () => {
      const { resolvedText } = await resolve(context, config);
      return resolvedText;
    });
    await vscode.languages.setTextDocumentLanguage(editor.document, 'yaml');
  },
};

export const copyShellCommand: Command = {
  doing: () => vscode.l10n.t('The command cannot be copied'),
  async run(context, argument) {
    const config = await savedConfig(context, argument);
    const { shellCommand } = await resolve(context, config);
    await vscode.env.clipboard.writeText(shellCommand);
    vscode.window.setStatusBarMessage(vscode.l10n.t('The shell command is in the clipboard.'), 4_000);
  },
};

async function savedConfig(context: CommandContext, argument: unknown): Promise<vscode.Uri> {
  requireTrust();
  const config = await configOf(context, argument);
  context.bridge.retryIfFailed();
  const document = await vscode.workspace.openTextDocument(config);
  if (document.isDirty) await document.save();
  return config;
}

function resolve({ bridge }: CommandContext, config: vscode.Uri): Promise<ResolveConfigResult> {
  return bridge.request('config/resolve', { configPath: config.fsPath });
}
