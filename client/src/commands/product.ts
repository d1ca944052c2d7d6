/** Commands about the product itself: its sample, its output, what it is. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../errors.ts';
import type { Command } from './context.ts';

const SAMPLE = ['samples', 'first-run'];

export const openSample: Command = {
  doing: () => vscode.l10n.t('The sample cannot be opened'),
  async run({ extension }) {
    const sample = vscode.Uri.file(join(extension.extensionPath, ...SAMPLE));
    if (!(await isFolder(sample))) throw new Failure('sample-missing', { path: sample.fsPath });
    const [parent] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t('Folder in which to put the sample'),
        openLabel: vscode.l10n.t('Put It Here'),
        canSelectFiles: false,
        canSelectFolders: true,
      })) ?? [];
    if (!parent) return;
    const target = vscode.Uri.joinPath(parent, 'tunewright-first-run');
    // What is there already is the person's own work by now.
    if (!(await isFolder(target))) await vscode.workspace.fs.copy(sample, target);
    await vscode.commands.executeCommand('vscode.openFolder', target, {
      forceNewWindow: vscode.workspace.workspaceFolders !== undefined,
    });
  },
};

export const showLog: Command = {
  async run({ log }) {
    log.show();
  },
};

export const about: Command = {
  async run({ extension }) {
    const manifest: unknown = extension.packageJSON;
    const version =
      typeof manifest === 'object' && manifest !== null && 'version' in manifest
        ? String(manifest.version)
        : '';
    await vscode.window.showInformationMessage(vscode.l10n.t('Tunewright {0}', version), {
      modal: true,
      detail: vscode.l10n.t(
        'Model engineering in VS Code: configs that are checked as you type, runs that outlive the window.\n\nUnofficial: not affiliated with or endorsed by the owners of the engines that it runs. Their names are their own.\n\nApache License 2.0.',
      ),
    });
  },
};

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type === vscode.FileType.Directory;
  } catch {
    return false;
  }
}
