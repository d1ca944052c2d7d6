/** The built bridge as the editor talks to it: JSON-RPC over its standard streams, answers parsed by the protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import {
  BRIDGE_METHODS,
  BRIDGE_NOTIFICATIONS,
  type BridgeMethod,
  type BridgeNotice,
  type BridgeNotification,
  type BridgeParams,
  type BridgeResult,
} from '../../protocol/src/bridge.ts';
import { PROTOCOL_HASH } from '../../protocol/src/generated/hash.ts';
import { childEnvironment, repository } from '../../scripts/setup/home.mjs';

export const BRIDGE_PROGRAM = join(repository, 'dist', 'bridge', 'tunewright-bridge');

export interface BridgeOptions {
  environment?: Readonly<Record<string, string>>;
}

export class BridgeClient {
  readonly process: ChildProcess;
  readonly #connection: MessageConnection;
  /** Milliseconds from the start of the process to its answer to `initialize`. */
  readonly coldStartMs: number;

  private constructor(process: ChildProcess, connection: MessageConnection, coldStartMs: number) {
    this.process = process;
    this.#connection = connection;
    this.coldStartMs = coldStartMs;
  }

  static async open({ environment = {} }: BridgeOptions = {}): Promise<BridgeClient> {
    const startedAtMs = performance.now();
    const child = spawn(BRIDGE_PROGRAM, ['serve', '--stdio'], {
      env: childEnvironment({ ...environment }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const hello = { protocolHash: PROTOCOL_HASH, clientName: 'test' };
    const answer = connection.sendRequest('initialize', hello);
    BRIDGE_METHODS.initialize.result.parse(await Promise.race([answer, failed]));
    return new BridgeClient(child, connection, performance.now() - startedAtMs);
  }

  async request<M extends BridgeMethod>(method: M, params: BridgeParams<M>): Promise<BridgeResult<M>> {
    const answer = await this.#connection.sendRequest(method, params);
    return BRIDGE_METHODS[method].result.parse(answer) as BridgeResult<M>;
  }

  onNotice<N extends BridgeNotification>(name: N, listener: (notice: BridgeNotice<N>) => void): void {
    this.#connection.onNotification(name, (params: unknown) => {
      listener(BRIDGE_NOTIFICATIONS[name].parse(params) as BridgeNotice<N>);
    });
  }

  /** Ends the process as the editor does, and waits for it. */
  async close(): Promise<void> {
    const ended = this.#ended();
    this.#connection.end();
    this.process.stdin?.end();
    await ended;
    this.#connection.dispose();
  }

  /** Ends the process without a word. */
  async kill(): Promise<void> {
    const ended = this.#ended();
    this.process.kill('SIGKILL');
    await ended;
    this.#connection.dispose();
  }

  #ended(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => this.process.once('close', () => resolve()));
  }
}
