/** Read-only documents that the extension writes: a run's log, a resolved config, a report. */
import * as vscode from 'vscode';
import type { LogChunk, LogQuery } from '../../../protocol/src/bridge.ts';
import type { BridgeCalls } from '../bridge/bridge.ts';
import type { RunFollower } from './follower.ts';
import { LOG_WINDOW_BYTES, lineOf, logText, pieceAround } from './log-pieces.ts';

export const DOCUMENT_SCHEME = 'tunewright';

const LOG_REFRESH_MS = 500;

export interface LogSource {
  readonly root: string;
  readonly runId: string;
  readonly label: string;
}

/** A place in the log of a run: of its latest attempt where no earlier one is named. */
export interface LogPlace {
  readonly offset?: number;
  readonly earlierAttempt?: number;
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

  /**
   * Shows the end of a run's console log, and keeps it current while the run writes. With an offset it shows the line of
   * that byte: in the same text where the end reaches so far back, and otherwise in a text of its own.
   */
  async showLog(source: LogSource, { offset, earlierAttempt }: LogPlace = {}): Promise<void> {
    const { root, runId, label } = source;
    if (offset !== undefined && earlierAttempt !== undefined) {
      await this.#showPiece(source, { offset, attempt: earlierAttempt });
      return;
    }
    const tail = await this.#readLog(source);
    if (offset !== undefined && offset < tail.startOffset) {
      await this.#showPiece(source, { offset });
      return;
    }
    const uri = documentUri(`${label}.log`, runId);
    const editor = await this.#open(uri, async () => logText(await this.#readLog(source)), logText(tail));
    if (!this.#logs.has(runId)) {
      this.#logs.set(runId, { uri, following: this.#follower.follow({ root, runId }) });
    }
    if (offset !== undefined) showLine(editor, lineOf(tail, offset));
    else revealEnd(editor);
  }

  /** The surroundings of a byte that the end of the latest log does not reach. */
  async #showPiece(
    source: LogSource,
    { offset, attempt }: { readonly offset: number; readonly attempt?: number },
  ): Promise<void> {
    const named = attempt === undefined ? {} : { attempt };
    const { text, line } = await pieceAround(
      (startOffset) => this.#readLog(source, { offset: startOffset, ...named }),
      offset,
    );
    const uri = documentUri(`${source.label}.earlier.log`, `${source.runId}/${attempt ?? ''}/${offset}`);
    showLine(await this.#open(uri, async () => text), line);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#changed.dispose();
  }

  async #open(uri: vscode.Uri, write: Writer, written?: string): Promise<vscode.TextEditor> {
    // Written once up front, so that a failure reaches the person and leaves no empty tab.
    let first: string | undefined = written ?? (await write());
    this.#writers.set(uri.toString(), async () => {
      const text = first ?? (await write());
      first = undefined;
      return text;
    });
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    return vscode.window.showTextDocument(document, { preview: true });
  }

  #readLog({ root, runId }: LogSource, window: Pick<LogQuery, 'offset' | 'attempt'> = {}): Promise<LogChunk> {
    return this.#bridge.request('runs/log', { root, runId, maxBytes: LOG_WINDOW_BYTES, ...window });
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

function revealEnd(editor: vscode.TextEditor): void {
  const lastLine = Math.max(0, editor.document.lineCount - 1);
  editor.revealRange(new vscode.Range(lastLine, 0, lastLine, 0));
}

/** Selects a line and brings it into the middle of the window. */
function showLine(editor: vscode.TextEditor, line: number): void {
  const range = editor.document.lineAt(Math.min(line, editor.document.lineCount - 1)).range;
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
}
