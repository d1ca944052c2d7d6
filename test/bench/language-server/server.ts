/** A language server under measure: a process, and the time that it takes from a message to what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type Hover,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { childEnvironment, nodePath } from '../../../scripts/setup/home.mjs';
import { residentMb } from '../memory.ts';

const DEADLINE_MS = 60_000;
/** Nothing that one of the servers would have to ask back for. */
const CAPABILITIES = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
    publishDiagnostics: {},
    hover: { contentFormat: ['markdown'] },
  },
};

export interface ServerProgram {
  /** The arguments of Node. */
  readonly command: readonly string[];
  readonly languageId: string;
  /** By section. A server that has sections asks for them before it does anything. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Timed<Answer> {
  readonly ms: number;
  readonly answer: Answer;
}

export interface Edit {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export class MeasuredServer {
  readonly #child: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #languageId: string;
  readonly #versions = new Map<string, number>();
  readonly #listeners = new Map<string, (params: PublishDiagnosticsParams) => void>();

  private constructor(child: ChildProcess, connection: ProtocolConnection, languageId: string) {
    this.#child = child;
    this.#connection = connection;
    this.#languageId = languageId;
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      const listener = this.#listeners.get(params.uri);
      this.#listeners.delete(params.uri);
      listener?.(params);
    });
  }

  static async start({ command, languageId, settings }: ServerProgram): Promise<MeasuredServer> {
    const child = spawn(nodePath(), [...command, '--stdio'], {
      env: childEnvironment(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const configured = new Promise<void>((resolve) => {
      connection.onRequest('workspace/configuration', ({ items }: { items: { section: string }[] }) => {
        // The answer is written before anything that is sent once this has been resolved.
        setImmediate(resolve);
        return items.map(({ section }) => settings?.[section] ?? null);
      });
    });
    connection.listen();
    try {
      const params = { processId: process.pid, rootUri: null, capabilities: CAPABILITIES };
      await inTime(connection.sendRequest('initialize', params));
      await connection.sendNotification('initialized', {});
      if (settings) await inTime(configured);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return new MeasuredServer(child, connection, languageId);
  }

  /** To the first diagnostics. */
  open(uri: string, text: string): Promise<Timed<readonly Diagnostic[]>> {
    return this.#untilJudged(uri, () => this.openOnly(uri, text));
  }

  async openOnly(uri: string, text: string): Promise<void> {
    this.#versions.set(uri, 1);
    await this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: this.#languageId, version: 1, text },
    });
  }

  /** To the diagnostics of the new text. */
  edit(uri: string, edit: Edit): Promise<Timed<readonly Diagnostic[]>> {
    return this.#untilJudged(uri, () => this.#change(uri, edit));
  }

  /** From a keystroke to the list of suggestions behind it; `judged` is done when the server has nothing more to say. */
  async editAndComplete(uri: string, edit: Edit): Promise<Timed<number> & { judged: Promise<unknown> }> {
    const judged = this.edit(uri, edit);
    const completed = await this.complete(uri, { line: edit.line, character: edit.from + edit.text.length });
    return { ...completed, judged };
  }

  /** With the number of suggestions. */
  complete(uri: string, position: Position): Promise<Timed<number>> {
    return timed(async () => {
      const params = { textDocument: { uri }, position };
      const answer: CompletionItem[] | CompletionList | null = await inTime(
        this.#connection.sendRequest('textDocument/completion', params),
      );
      return Array.isArray(answer) ? answer.length : (answer?.items.length ?? 0);
    });
  }

  hover(uri: string, position: Position): Promise<Timed<Hover | null>> {
    const params = { textDocument: { uri }, position };
    return timed(() => inTime(this.#connection.sendRequest<Hover | null>('textDocument/hover', params)));
  }

  async close(uri: string): Promise<void> {
    await this.#untilJudged(uri, () =>
      this.#connection.sendNotification('textDocument/didClose', { textDocument: { uri } }),
    );
  }

  /** Opens many documents at once; to the diagnostics of the last. */
  openAll(documents: ReadonlyMap<string, string>): Promise<Timed<unknown>> {
    return timed(() => Promise.all(Array.from(documents, ([uri, text]) => this.open(uri, text))));
  }

  get memoryMb(): number {
    return residentMb(this.#child.pid ?? 0);
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    try {
      await inTime(this.#connection.sendRequest('shutdown'));
      await this.#connection.sendNotification('exit');
      await inTime(ended);
    } finally {
      this.#child.kill('SIGKILL');
      this.#connection.dispose();
    }
  }

  async #change(uri: string, { line, from, to, text }: Edit): Promise<void> {
    const version = (this.#versions.get(uri) ?? 1) + 1;
    this.#versions.set(uri, version);
    const range = { start: { line, character: from }, end: { line, character: to } };
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
  }

  /** One of the servers names no version, so only one change of a document is under way at a time. */
  #untilJudged(uri: string, send: () => Promise<void>): Promise<Timed<readonly Diagnostic[]>> {
    return timed(async () => {
      const judged = new Promise<readonly Diagnostic[]>((resolve) => {
        this.#listeners.set(uri, ({ diagnostics }) => resolve(diagnostics));
      });
      await send();
      return inTime(judged);
    });
  }
}

async function timed<Answer>(ask: () => Promise<Answer>): Promise<Timed<Answer>> {
  const askedAtMs = performance.now();
  const answer = await ask();
  return { ms: performance.now() - askedAtMs, answer };
}

async function inTime<Answer>(awaited: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `A language server said nothing within ${DEADLINE_MS / 1000} s.`;
    timer = setTimeout(() => reject(new Error(message)), DEADLINE_MS);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}
