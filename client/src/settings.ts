/** The only place that reads the user's settings. */
import * as vscode from 'vscode';

const SECTION = 'tunewright';

export interface Settings {
  /** Python of the engine's environment as the user wrote it; undefined where unset. */
  readonly interpreter: string | undefined;
  /** Python that runs the bridge; undefined for the one on PATH. */
  readonly bridgePython: string | undefined;
  /** How grave findings are told, by rule id; whatever else the person wrote is in it too. */
  readonly rules: Readonly<Record<string, unknown>>;
}

function text(settings: vscode.WorkspaceConfiguration, name: string): string | undefined {
  const value: unknown = settings.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function mapping(settings: vscode.WorkspaceConfiguration, name: string): Readonly<Record<string, unknown>> {
  const value: unknown = settings.get(name);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function readSettings(resource?: vscode.Uri): Settings {
  const settings = vscode.workspace.getConfiguration(SECTION, resource);
  return {
    interpreter: text(settings, 'interpreter'),
    bridgePython: text(settings, 'bridgePython'),
    rules: mapping(settings, 'rules'),
  };
}

/** Writes the interpreter where the person works: into the workspace where one is open, for the user otherwise. */
export async function writeInterpreter(interpreter: string | undefined): Promise<void> {
  const hasWorkspace = (vscode.workspace.workspaceFolders ?? []).length > 0;
  const target = hasWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration(SECTION).update('interpreter', interpreter, target);
}

export function onSettingsChanged(name: keyof Settings, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.${name}`)) listener();
  });
}
