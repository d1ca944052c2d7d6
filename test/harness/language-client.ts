/** The built language server as any editor talks to it: LSP over its standard streams. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { childEnvironment, nodePath, repository } from '../../scripts/setup/home.mjs';

export const SERVER_PROGRAM = join(repository, 'dist', 'server.js');

const CAPABILITIES = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
    publishDiagnostics: { versionSupport: true },
    hover: { contentFormat: ['markdown'] },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
  },
  workspace: { configuration: false },
};

export class LanguageClient {
  readonly process: ChildProcess;
  readonly capabilities: InitializeResult['capabilities'];
  readonly #connection: ProtocolConnection;
  readonly #waiting = new Map<string, ((params: PublishDiagnosticsParams) => void)[]>();

  private constructor(process: ChildProcess, connection: ProtocolConnection, answer: InitializeResult) {
    this.process = process;
    this.#connection = connection;
    this.capabilities = answer.capabilities;
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      const key = `${params.uri} ${params.version ?? ''}`;
      const listeners = this.#waiting.get(key) ?? [];
      this.#waiting.delete(key);
      for (const listener of listeners) listener(params);
    });
  }

  static async open(): Promise<LanguageClient> {
    const child = spawn(nodePath(), [SERVER_PROGRAM, '--stdio'], {
      env: childEnvironment(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    const params = { processId: process.pid, rootUri: null, capabilities: CAPABILITIES };
    const answer: InitializeResult = await connection.sendRequest('initialize', params);
    await connection.sendNotification('initialized', {});
    return new LanguageClient(child, connection, answer);
  }

  /** Opens a document and waits for what the server says of it. */
  async openDocument(uri: string, text: string, languageId = 'tunewright'): Promise<Diagnostic[]> {
    const found = this.#diagnosticsOf(uri, 1);
    const textDocument = { uri, languageId, version: 1, text };
    await this.#connection.sendNotification('textDocument/didOpen', { textDocument });
    return found;
  }

  /** Replaces the document's text and waits for what the server says of it. */
  async changeDocument(uri: string, version: number, text: string): Promise<Diagnostic[]> {
    const found = this.#diagnosticsOf(uri, version);
    const textDocument = { uri, version };
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument,
      contentChanges: [{ text }],
    });
    return found;
  }

  async complete(uri: string, position: Position): Promise<CompletionItem[]> {
    const params = { textDocument: { uri }, position };
    const answer = await this.request<CompletionItem[] | CompletionList | null>(
      'textDocument/completion',
      params,
    );
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  request<Result>(method: string, params: unknown): Promise<Result> {
    return this.#connection.sendRequest(method, params);
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.process.once('close', () => resolve()));
    await this.#connection.sendRequest('shutdown');
    await this.#connection.sendNotification('exit');
    await ended;
    this.#connection.dispose();
  }

  #diagnosticsOf(uri: string, version: number): Promise<Diagnostic[]> {
    return new Promise((resolve) => {
      const key = `${uri} ${version}`;
      const listeners = this.#waiting.get(key) ?? [];
      this.#waiting.set(key, [...listeners, ({ diagnostics }) => resolve(diagnostics)]);
    });
  }
}
