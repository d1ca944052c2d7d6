/** The language server as a program, started from its sources and spoken to over its standard streams as any editor would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

export const DEADLINE_MS = 20_000;
/** What an editor says that asks for diagnostics itself. */
export const PULLING = { textDocument: { diagnostic: {} } };

export class Editor {
  readonly child: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly statuses: unknown[] = [];
  readonly published: PublishDiagnosticsParams[] = [];
  #heard: (() => void)[] = [];

  constructor() {
    this.child = spawn(
      process.execPath,
      [fileURLToPath(new URL('../../server/src/main.ts', import.meta.url)), '--stdio'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const { stdin, stdout } = this.child;
    if (!stdin || !stdout) throw new Error('The server has no standard streams.');
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification('tunewright/schemaStatus', (status) => this.#hear(this.statuses, status));
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) =>
      this.#hear(this.published, params),
    );
    this.connection.listen();
  }

  #hear<T>(list: T[], item: T): void {
    list.push(item);
    for (const listener of this.#heard.splice(0)) listener();
  }

  async start(capabilities: object, initializationOptions?: object): Promise<InitializeResult> {
    const params = { processId: process.pid, rootUri: null, capabilities, initializationOptions };
    const result = await this.connection.sendRequest<InitializeResult>('initialize', params);
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  open(uri: string, text: string, languageId = 'tunewright'): Promise<void> {
    return this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.kind === 'full' ? report.items : [];
  }

  async complete(uri: string, line: number, character: number): Promise<CompletionItem[]> {
    const params = { textDocument: { uri }, position: { line, character } };
    const list = await this.connection.sendRequest<CompletionList>('textDocument/completion', params);
    return list.items;
  }

  /** Waits until something that the server said satisfies a condition. */
  async until(isThere: () => boolean): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!isThere()) {
      if (Date.now() > deadline) throw new Error('The server did not say what was waited for.');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, DEADLINE_MS);
        this.#heard.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await ended;
    this.connection.dispose();
    return code;
  }
}
