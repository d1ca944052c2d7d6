/** The quick pick that chooses an interpreter, with what was found in each. */
import * as vscode from 'vscode';
import type { ToolEnvironment } from '../../../protocol/src/tool.ts';
import { writeInterpreter } from '../settings.ts';
import type { InterpreterCandidate, InterpreterSource } from './candidates.ts';
import type { Interpreters } from './interpreters.ts';
import type { PythonExtensionSource } from './python-extension.ts';

interface Choice extends vscode.QuickPickItem {
  /** `undefined` for an entry that asks further. */
  readonly interpreter: string | undefined;
  readonly kindOfChoice: 'interpreter' | 'path' | 'browse' | 'default';
}

export interface PickerOptions {
  readonly interpreters: Interpreters;
  readonly pythonExtension: PythonExtensionSource;
  inspect(interpreter: string): Promise<ToolEnvironment>;
}

export function sourceText(source: InterpreterSource): string {
  switch (source) {
    case 'setting':
      return vscode.l10n.t('chosen in the settings');
    case 'python-extension':
      return vscode.l10n.t('chosen in the Python extension');
    case 'workspace':
      return vscode.l10n.t('in this workspace');
    case 'active-environment':
      return vscode.l10n.t('active where the editor was started');
  }
}

/** What is in an environment, in few words. */
export function environmentText(environment: ToolEnvironment): string {
  const version = environment.packages['ms-swift'];
  if (environment.health === 'ok' && version !== undefined) return vscode.l10n.t('engine {0}', version);
  if (environment.health === 'broken') return vscode.l10n.t('engine is broken');
  if (environment.pythonVersion === undefined) return vscode.l10n.t('no Python there');
  return vscode.l10n.t('no engine');
}

/** Asks for an interpreter and writes it to the settings. True where one was chosen. */
export async function pickInterpreter(options: PickerOptions, resource?: vscode.Uri): Promise<boolean> {
  const picked = await vscode.window.showQuickPick(choices(options, resource), {
    title: vscode.l10n.t('Interpreter of the engine'),
    placeHolder: vscode.l10n.t('Choose the Python environment that has the engine'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked) return false;
  if (picked.kindOfChoice === 'default') {
    await writeInterpreter(undefined);
    return true;
  }
  const interpreter = picked.interpreter ?? (await askFurther(picked.kindOfChoice));
  if (!interpreter) return false;
  await writeInterpreter(interpreter);
  return true;
}

async function askFurther(kind: Choice['kindOfChoice']): Promise<string | undefined> {
  if (kind === 'browse') {
    const files = await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Python of the environment that has the engine'),
      openLabel: vscode.l10n.t('Choose'),
      canSelectMany: false,
    });
    return files?.[0]?.fsPath;
  }
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Interpreter of the engine'),
    prompt: vscode.l10n.t('Path of a Python, such as ~/engine/bin/python'),
    ignoreFocusOut: true,
  });
}

async function choices(options: PickerOptions, resource?: vscode.Uri): Promise<Choice[]> {
  const offered = await options.interpreters.offered(resource);
  const known = await options.pythonExtension.knownInterpreters();
  const paths: (InterpreterCandidate | { path: string; source?: undefined })[] = [
    ...offered,
    ...known
      .filter((path) => !offered.some((candidate) => candidate.path === path))
      .map((path) => ({ path })),
  ];
  const environments = await Promise.allSettled(paths.map(({ path }) => options.inspect(path)));
  const items = paths.map(({ path, source }, position): Choice => {
    const inspected = environments[position];
    const found =
      inspected?.status === 'fulfilled' ? environmentText(inspected.value) : vscode.l10n.t('cannot be read');
    return {
      label: path,
      description: source === undefined ? found : `${found} · ${sourceText(source)}`,
      interpreter: path,
      kindOfChoice: 'interpreter',
    };
  });
  const further: Choice[] = [
    { label: `$(edit) ${vscode.l10n.t('Enter a path')}`, interpreter: undefined, kindOfChoice: 'path' },
    { label: `$(folder) ${vscode.l10n.t('Browse')}`, interpreter: undefined, kindOfChoice: 'browse' },
    {
      label: `$(discard) ${vscode.l10n.t('Choose automatically')}`,
      interpreter: undefined,
      kindOfChoice: 'default',
    },
  ];
  return [...items, ...further];
}
