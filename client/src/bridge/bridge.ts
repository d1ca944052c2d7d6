/** The bridge as the extension sees it: started when first needed, started again when it dies, asked in types. */
import * as vscode from 'vscode';
import type {
  BridgeMethod,
  BridgeNotice,
  BridgeNotification,
  BridgeParams,
  BridgeResult,
  InitializeResult,
} from '../../../protocol/src/bridge.ts';
import { asFailure, Failure } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BridgeConnection, NoticeListener } from './connection.ts';
import { failureOfEnd } from './launch.ts';
import type { BridgeTransport } from './process.ts';
import type { RestartPolicy } from './restart-policy.ts';

/** `idle`: not started yet. `failed`: given up until somebody asks for a restart. */
export type BridgeState = 'idle' | 'starting' | 'running' | 'failed';

/** What the stores, panels and commands need of the bridge. */
export interface BridgeCalls {
  request<M extends BridgeMethod>(method: M, params: BridgeParams<M>): Promise<BridgeResult<M>>;
  onNotice<N extends BridgeNotification>(
    name: N,
    listener: (notice: BridgeNotice<N>) => void,
  ): vscode.Disposable;
  /** Fires after each start and restart: whoever watches something asks for it again. */
  readonly onDidStart: vscode.Event<InitializeResult>;
}

export interface BridgeOptions {
  readonly log: Log;
  readonly policy: RestartPolicy;
  /** Whether processes may be started at all. */
  isTrusted(): boolean;
  openTransport(): Promise<BridgeTransport>;
  readonly initializeDeadlineMs?: number;
}

const INITIALIZE_DEADLINE_MS = 15_000;

export class Bridge implements BridgeCalls {
  readonly #options: BridgeOptions;
  readonly #started = new vscode.EventEmitter<InitializeResult>();
  readonly #stateChanged = new vscode.EventEmitter<BridgeState>();
  readonly #noticed = new vscode.EventEmitter<{ name: BridgeNotification; notice: unknown }>();
  #state: BridgeState = 'idle';
  #connection: Promise<BridgeConnection> | undefined;
  #failure: Failure | undefined;
  #restart: NodeJS.Timeout | undefined;
  #isDisposed = false;

  readonly onDidStart = this.#started.event;
  readonly onDidChangeState = this.#stateChanged.event;

  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  get state(): BridgeState {
    return this.#state;
  }

  /** Why the state is `failed`. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  async request<M extends BridgeMethod>(method: M, params: BridgeParams<M>): Promise<BridgeResult<M>> {
    if (!this.#options.isTrusted()) throw new Failure('workspace-untrusted');
    if (this.#state === 'failed' && this.#failure) throw this.#failure;
    const connection = await this.#connect();
    return connection.request(method, params);
  }

  onNotice<N extends BridgeNotification>(
    name: N,
    listener: (notice: BridgeNotice<N>) => void,
  ): vscode.Disposable {
    return this.#noticed.event((noticed) => {
      // `connection.ts` has parsed the notice by this very name.
      if (noticed.name === name) listener(noticed.notice as BridgeNotice<N>);
    });
  }

  /** Leaves a failure behind, so that the next request tries anew. Does nothing to a bridge that works. */
  retryIfFailed(): void {
    if (this.#state !== 'failed') return;
    this.#options.policy.forgive();
    this.#failure = undefined;
    this.#enter('idle');
  }

  /** Ends the process, where there is one, and starts another. */
  async restart(): Promise<void> {
    const previous = this.#connection;
    this.#connection = undefined;
    clearTimeout(this.#restart);
    this.#options.policy.forgive();
    this.#failure = undefined;
    this.#enter('idle');
    if (previous) {
      await previous.then(
        (connection) => connection.end(),
        () => undefined,
      );
    }
    await this.#connect();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#restart);
    void this.#connection?.then(
      (connection) => connection.end(),
      () => undefined,
    );
    for (const emitter of [this.#started, this.#stateChanged, this.#noticed]) emitter.dispose();
  }

  #connect(): Promise<BridgeConnection> {
    clearTimeout(this.#restart);
    this.#connection ??= this.#start();
    return this.#connection;
  }

  async #start(): Promise<BridgeConnection> {
    const { log, openTransport } = this.#options;
    this.#enter('starting');
    try {
      const [transport, { connect }] = await Promise.all([openTransport(), import('./connection.ts')]);
      const onNotice: NoticeListener = (name, notice) => this.#noticed.fire({ name, notice });
      const connection = await connect({
        transport,
        log,
        onNotice,
        initializeDeadlineMs: this.#options.initializeDeadlineMs ?? INITIALIZE_DEADLINE_MS,
      });
      const { initialized } = connection;
      log.info(
        `bridge ${initialized.bridgeVersion} on ${initialized.hostName}, Python ${initialized.pythonVersion}`,
      );
      const started = this.#connection;
      void transport.ended.then((end) => {
        if (this.#connection === started) this.#onEnd(failureOfEnd(end, { hasAnswered: true }));
      });
      this.#enter('running');
      // After the callers of this start have their connection, so that they come first.
      queueMicrotask(() => this.#started.fire(initialized));
      return connection;
    } catch (error) {
      this.#connection = undefined;
      this.#fail(asFailure(error));
      throw error;
    }
  }

  #onEnd(failure: Failure): void {
    this.#connection = undefined;
    if (this.#isDisposed) return;
    const { log, policy } = this.#options;
    const delayMs = policy.delayAfterEndMs();
    log.warn(`${failure.message} ${delayMs === undefined ? 'Given up.' : `Again in ${delayMs} ms.`}`);
    if (delayMs === undefined) {
      this.#fail(failure);
      return;
    }
    this.#enter('starting');
    this.#restart = setTimeout(() => {
      this.#connect().catch(() => undefined);
    }, delayMs);
  }

  #fail(failure: Failure): void {
    this.#failure = failure;
    this.#options.log.error(failure.message);
    this.#enter('failed');
  }

  #enter(state: BridgeState): void {
    if (this.#state === state || this.#isDisposed) return;
    this.#state = state;
    this.#stateChanged.fire(state);
  }
}
