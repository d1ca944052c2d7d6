/** A config whose model is not there yet, with the program beside it that makes it, as in the sample. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { runPythonTask } from '../environment/python-task.ts';
import { Failure } from '../errors.ts';
import type { CommandContext } from './context.ts';

const MAKER = 'make_model.py';
/** What it makes, in its own folder. */
const MADE = 'model';

/** Offers to make the model where that is what is missing and can be done. True where it has been made. */
export async function offerToMakeModel(
  error: unknown,
  { interpreters }: CommandContext,
  config: vscode.Uri,
): Promise<boolean> {
  if (!(error instanceof Failure) || error.code !== 'model-not-found') return false;
  const folder = dirname(config.fsPath);
  if (error.values.path !== join(folder, MADE)) return false;
  if (!(await exists(vscode.Uri.file(join(folder, MAKER))))) return false;
  const makeModel = vscode.l10n.t('Make the Model');
  const pressed = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The model of {0} has not been made yet. {1} makes it, in less than a minute.',
      basename(config.fsPath),
      MAKER,
    ),
    makeModel,
  );
  if (pressed !== makeModel) return false;
  const { path: interpreter } = await interpreters.required(config);
  return runPythonTask({
    name: vscode.l10n.t('Make the model'),
    interpreter,
    arguments: [MAKER],
    workingDirectory: folder,
  });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
