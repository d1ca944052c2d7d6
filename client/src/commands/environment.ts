/** Commands on the set-up: interpreter, engine, bridge, doctor. */
import * as vscode from 'vscode';
import { reportText } from '../environment/doctor-report.ts';
import { pickInterpreter } from '../environment/picker.ts';
import { installEngine as installInto } from '../environment/python-task.ts';
import { Failure } from '../errors.ts';
import { type Command, type CommandContext, requireTrust } from './context.ts';

export const chooseInterpreter: Command = {
  doing: () => vscode.l10n.t('The interpreter cannot be chosen'),
  async run(context) {
    requireTrust();
    context.bridge.retryIfFailed();
    const resource = vscode.window.activeTextEditor?.document.uri;
    await pickInterpreter(
      {
        interpreters: context.interpreters,
        pythonExtension: context.pythonExtension,
        inspect: (interpreter) => context.bridge.request('environment/inspect', { interpreter }),
      },
      resource?.scheme === 'file' ? resource : undefined,
    );
  },
};

export const installEngine: Command = {
  doing: () => vscode.l10n.t('The engine cannot be installed'),
  async run(context, argument) {
    requireTrust();
    const interpreter = typeof argument === 'string' ? argument : await chosenPath(context);
    if (await installInto(interpreter)) {
      context.interpreters.forget();
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The engine is installed in {0}.', interpreter),
      );
    }
  },
};

async function chosenPath({ interpreters }: CommandContext): Promise<string> {
  const chosen = await interpreters.chosen();
  if (!chosen) throw new Failure('interpreter-unknown');
  return chosen.path;
}

export const restartBridge: Command = {
  doing: () => vscode.l10n.t('The bridge cannot be restarted'),
  async run(context) {
    requireTrust();
    await context.bridge.restart();
    await context.roots.ensure();
  },
};

export const refresh: Command = {
  doing: () => vscode.l10n.t('The runs cannot be read'),
  async run(context) {
    requireTrust();
    context.bridge.retryIfFailed();
    context.interpreters.forget();
    await context.roots.ensure();
    await context.runs.refresh();
  },
};

export const doctor: Command = {
  doing: () => vscode.l10n.t('The set-up cannot be checked'),
  async run(context) {
    requireTrust();
    context.bridge.retryIfFailed();
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Checking the set-up') },
      async () => {
        const chosen = await context.interpreters.chosen().catch(() => undefined);
        const report = await context.bridge.request(
          'environment/doctor',
          chosen ? { interpreter: chosen.path } : {},
        );
        await context.documents.show('doctor.txt', async () => reportText(report));
      },
    );
  },
};
