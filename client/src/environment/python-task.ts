/** Runs a Python in plain sight: as a task of the editor, which the person sees and can end. */
import * as vscode from 'vscode';

/** The distribution that holds the engine. */
const ENGINE_DISTRIBUTION = 'ms-swift';

export interface PythonTask {
  readonly name: string;
  readonly interpreter: string;
  /** An argument list: no shell reads it. */
  readonly arguments: readonly string[];
  readonly workingDirectory?: string;
}

/** True where the program ended well. Resolves when it has ended. */
export async function runPythonTask(wanted: PythonTask): Promise<boolean> {
  const task = new vscode.Task(
    { type: 'tunewright' },
    vscode.TaskScope.Workspace,
    wanted.name,
    'Tunewright',
    new vscode.ProcessExecution(
      wanted.interpreter,
      [...wanted.arguments],
      wanted.workingDirectory === undefined ? {} : { cwd: wanted.workingDirectory },
    ),
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  let subscription: vscode.Disposable | undefined;
  const ended = new Promise<boolean>((resolve) => {
    subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task === task || execution.task.name === wanted.name) resolve(exitCode === 0);
    });
  });
  await vscode.tasks.executeTask(task);
  return ended.finally(() => subscription?.dispose());
}

export function installEngine(interpreter: string): Promise<boolean> {
  return runPythonTask({
    name: vscode.l10n.t('Install the engine'),
    interpreter,
    arguments: ['-m', 'pip', 'install', ENGINE_DISTRIBUTION],
  });
}
