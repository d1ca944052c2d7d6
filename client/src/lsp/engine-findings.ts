/** What the engine itself said of configs, as findings beside those of the language server. */
import * as vscode from 'vscode';
import type { EngineVerdict } from '../../../protocol/src/bridge.ts';
import { verdictText } from './verdict-texts.ts';

const SOURCE = 'engine';

/** A finding stands until the text changes, the document closes or the engine is asked again. */
export class EngineFindings {
  readonly #collection = vscode.languages.createDiagnosticCollection('tunewright.engine');
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // An event without changes tells that the document was saved or became dirty.
        if (contentChanges.length > 0) this.clear(document.uri);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.clear(uri)),
    ];
  }

  /** Shows a verdict on the document's present text, in the place of an earlier one. */
  show(document: vscode.TextDocument, verdict: EngineVerdict): void {
    if (verdict.stage === 'accepted' || isNoVerdict(verdict)) {
      this.clear(document.uri);
      return;
    }
    const severity =
      verdict.machine === undefined ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
    const finding = new vscode.Diagnostic(rangeOfVerdict(document, verdict), verdictText(verdict), severity);
    finding.source = SOURCE;
    this.#collection.set(document.uri, [finding]);
  }

  clear(config: vscode.Uri): void {
    this.#collection.delete(config);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#collection.dispose();
  }
}

/** Whether the engine could not say anything of the config, so that there is nothing to correct in it. */
function isNoVerdict({ machine }: EngineVerdict): boolean {
  return machine === 'task' || machine === 'time' || machine === 'crash';
}

/** The line that the verdict names, without its indentation; the first one where it names none. */
function rangeOfVerdict(document: vscode.TextDocument, { line = 1 }: EngineVerdict): vscode.Range {
  const index = Math.min(line, document.lineCount) - 1;
  const { text } = document.lineAt(index);
  return new vscode.Range(index, text.length - text.trimStart().length, index, text.trimEnd().length);
}

/** The errors that the language server tells of a document. */
export function serverErrors(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(
      ({ source, severity }) => source === 'tunewright' && severity === vscode.DiagnosticSeverity.Error,
    );
}

/**
 * Where the engine and the server differ, in one line for the log. Undefined where they agree, or where the engine
 * judged this machine rather than the file.
 */
export function difference(
  { stage, message, key, machine }: EngineVerdict,
  errors: readonly vscode.Diagnostic[],
): string | undefined {
  const [first] = errors;
  if (stage === 'accepted' && first)
    return `the engine accepts, the server says on line ${first.range.start.line + 1}: ${first.message}`;
  if (stage === 'accepted' || machine !== undefined || first) return undefined;
  const named = key === undefined ? '' : ` of ${key}`;
  return `the server says nothing, the engine's ${stage} says${named}: ${message.replaceAll(/\s+/g, ' ').slice(0, 400)}`;
}
