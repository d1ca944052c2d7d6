/** The output channel `Tunewright`: the only place that writes the extension's log. */
import * as vscode from 'vscode';

/** What the rest of the extension may do with the log. */
export type Log = Pick<vscode.LogOutputChannel, 'debug' | 'info' | 'warn' | 'error' | 'show'>;

export function createLogChannel(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Tunewright', { log: true });
}

/** An error in one line for the log, with its stack where it has one. */
export function errorForLog(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
