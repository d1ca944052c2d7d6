/** The cheap look at YAML files as they open: what is a config by its first line or keys gets our language. */
import * as vscode from 'vscode';
import type { Recognition } from '../../../protocol/src/recognition.ts';
import { LANGUAGE_ID } from './language.ts';

const LOOKED_AT = new Set(['yaml', 'dockercompose', 'azure-pipelines']);

export class Recogniser {
  readonly #recognised = new vscode.EventEmitter<vscode.TextDocument>();
  readonly #kinds = new Map<string, Recognition['kind']>();
  /** Files whose language the person chose otherwise: the editor's word against ours is theirs. */
  readonly #left = new Set<string>();
  readonly #subscriptions: vscode.Disposable[];

  /** A document of our language is open, and what it is has become known. */
  readonly onDidRecognise = this.#recognised.event;

  constructor() {
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => void this.#look(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#kinds.delete(document.uri.toString())),
      vscode.workspace.onDidSaveTextDocument((document) => void this.#look(document)),
    ];
  }

  /** Looks at what is open already. */
  async start(): Promise<void> {
    await Promise.all(vscode.workspace.textDocuments.map((document) => this.#look(document)));
  }

  /** Whether a document can be run: a config on a disk, neither a list of targets nor a pipeline. */
  isConfig(document: vscode.TextDocument): boolean {
    return (
      document.languageId === LANGUAGE_ID &&
      document.uri.scheme === 'file' &&
      this.#kinds.get(document.uri.toString()) === 'config'
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#recognised.dispose();
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const isOurs = document.languageId === LANGUAGE_ID;
    if (!isOurs && !LOOKED_AT.has(document.languageId)) return;
    const { RECOGNITION_WINDOW_CHARACTERS, recognise } = await import('../../../protocol/src/recognition.ts');
    const key = document.uri.toString();
    const end = document.positionAt(RECOGNITION_WINDOW_CHARACTERS);
    const beginning = document.getText(new vscode.Range(new vscode.Position(0, 0), end));
    const { kind } = recognise(document.uri.fsPath, beginning);
    if (isOurs) {
      const isNews = this.#kinds.get(key) !== kind;
      this.#kinds.set(key, kind);
      if (isNews) this.#recognised.fire(document);
      return;
    }
    if (kind === 'none' || this.#left.has(key)) return;
    this.#left.add(key);
    await vscode.languages.setTextDocumentLanguage(document, LANGUAGE_ID);
  }
}
