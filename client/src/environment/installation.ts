/** Installs the engine into an environment, as a task of the editor that the person sees and can end. */
import * as vscode from 'vscode';

const ENGINE_DISTRIBUTION = 'ms-swift';

/** Runs pip in the environment; true where it ended well. Resolves when the task has ended. */
export async function installEngine(interpreter: string): Promise<boolean> {
  const task = new vscode.Task(
    { type: 'tunewright-install' },
    vscode.TaskScope.Workspace,
    vscode.l10n.t('Install the engine'),
    'Tunewright',
    // An argument list: no shell reads it.
    new vscode.ProcessExecution(interpreter, ['-m', 'pip', 'install', ENGINE_DISTRIBUTION]),
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  const execution = await vscode.tasks.executeTask(task);
  return new Promise((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution !== execution) return;
      subscription.dispose();
      resolve(event.exitCode === 0);
    });
  });
}
