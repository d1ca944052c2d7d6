/** Read-only documents that the extension writes: a run's log, a resolved config, a report. */
import * as vscode from 'vscode';
import type { LogChunk } from '../../../protocol/src/bridge.ts';
import type { BridgeCalls } from '../bridge/bridge.ts';
import type { RunFollower } from './follower.ts';

export const DOCUMENT_SCHEME = 'tunewright';

/** How much of the end of a log is shown; the whole is in the run's folder. */
const LOG_WINDOW_BYTES = 512 * 1024;
const LOG_REFRESH_MS = 500;

export interface LogSource {
  readonly root: string;
  readonly runId: string;
  readonly label: string;
}

type Writer = () => Promise<string>;

export class ProductDocuments implements vscode.TextDocumentContentProvider {
  readonly #bridge: BridgeCalls;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #writers = new Map<string, Writer>();
  readonly #follower: RunFollower;
  /** Open logs by run. */
  readonly #logs = new Map<string, { readonly uri: vscode.Uri; readonly following: vscode.Disposable }>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #timers = new Map<string, NodeJS.Timeout>();

  readonly onDidChange = this.#changed.event;

  constructor(bridge: BridgeCalls, follower: RunFollower) {
    this.#bridge = bridge;
    this.#follower = follower;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(DOCUMENT_SCHEME, this),
      bridge.onNotice('runs/appended', (appended) => {
        if (appended.log) this.#refreshLog(appended.runId);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document.uri)),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): Promise<string> | string {
    return (
      this.#writers.get(uri.toString())?.() ?? vscode.l10n.t('This text is no longer known. Open it again.')
    );
  }

  /** Shows a text that `write` makes, under a name whose ending decides the language. */
  async show(name: string, write: Writer): Promise<vscode.TextEditor> {
    return this.#open(documentUri(name), write);
  }

  /** Shows the end of a run's console log, and keeps it current while the run writes. */
  async showLog(source: LogSource): Promise<void> {
    const uri = documentUri(`${source.label}.log`, source.runId);
    const editor = await this.#open(uri, () => this.#readLog(source));
    if (!this.#logs.has(source.runId)) {
      const { root, runId } = source;
      this.#logs.set(runId, { uri, following: this.#follower.follow({ root, runId }) });
    }
    const lastLine = Math.max(0, editor.document.lineCount - 1);
    editor.revealRange(new vscode.Range(lastLine, 0, lastLine, 0));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#changed.dispose();
  }

  async #open(uri: vscode.Uri, write: Writer): Promise<vscode.TextEditor> {
    // Written once up front, so that a failure reaches the person and leaves no empty tab.
    let first: string | undefined = await write();
    this.#writers.set(uri.toString(), async () => {
      const text = first ?? (await write());
      first = undefined;
      return text;
    });
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    return vscode.window.showTextDocument(document, { preview: true });
  }

  async #readLog({ root, runId }: LogSource): Promise<string> {
    const chunk = await this.#bridge.request('runs/log', { root, runId, maxBytes: LOG_WINDOW_BYTES });
    return logText(chunk);
  }

  #refreshLog(runId: string): void {
    const log = this.#logs.get(runId);
    if (!log || this.#timers.has(runId)) return;
    this.#timers.set(
      runId,
      setTimeout(() => {
        this.#timers.delete(runId);
        this.#changed.fire(log.uri);
      }, LOG_REFRESH_MS),
    );
  }

  #forget(uri: vscode.Uri): void {
    if (uri.scheme !== DOCUMENT_SCHEME) return;
    this.#writers.delete(uri.toString());
    for (const [runId, log] of this.#logs) {
      if (log.uri.toString() !== uri.toString()) continue;
      log.following.dispose();
      this.#logs.delete(runId);
    }
  }
}

function documentUri(name: string, query = ''): vscode.Uri {
  return vscode.Uri.from({ scheme: DOCUMENT_SCHEME, path: `/${name}`, query });
}

/** A piece of a log as people read it: carriage returns of progress bars overwrite what was before them. */
export function logText({ text, startOffset }: Pick<LogChunk, 'text' | 'startOffset'>): string {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, '').split('\r').at(-1) ?? '');
  if (startOffset === 0) return lines.join('\n');
  // The first line is cut somewhere in the middle.
  return [vscode.l10n.t('(earlier lines are in the run folder)'), ...lines.slice(1)].join('\n');
}
