/** Typed calls over a transport: everything that comes in is parsed by the protocol before anyone sees it. */
import {
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
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
  type InitializeResult,
} from '../../../protocol/src/bridge.ts';
import { BridgeErrorData } from '../../../protocol/src/errors.ts';
import { PROTOCOL_HASH } from '../../../protocol/src/generated/hash.ts';
import { bridgeFailure, Failure } from '../errors.ts';
import type { Log } from '../log.ts';
import { failureOfEnd } from './launch.ts';
import type { BridgeTransport } from './process.ts';

/** What the library itself answers where the other side is gone. */
const BROKEN_CONNECTION: readonly number[] = [
  ErrorCodes.MessageWriteError,
  ErrorCodes.MessageReadError,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
];
const END_FOLLOWS_WITHIN_MS = 2_000;

export type NoticeListener = <N extends BridgeNotification>(name: N, notice: BridgeNotice<N>) => void;

/** A live conversation with one bridge process. */
export interface BridgeConnection {
  readonly initialized: InitializeResult;
  request<M extends BridgeMethod>(method: M, params: BridgeParams<M>): Promise<BridgeResult<M>>;
  end(): void;
}

export interface ConnectOptions {
  readonly transport: BridgeTransport;
  readonly log: Log;
  readonly initializeDeadlineMs: number;
  onNotice: NoticeListener;
}

/** Introduces the editor to the bridge. Rejects with a {@link Failure} where they cannot work together. */
export async function connect(options: ConnectOptions): Promise<BridgeConnection> {
  const { transport, log, initializeDeadlineMs } = options;
  const messages = createMessageConnection(
    new StreamMessageReader(transport.output),
    new StreamMessageWriter(transport.input),
  );
  messages.onError(([error]) => log.error(`bridge connection: ${error.message}`));
  listenToNotices(messages, options);
  messages.listen();

  let hasAnswered = false;
  const gone = transport.ended.then((end): never => {
    // Later than the failure itself: disposing answers what is still open with less telling words.
    setImmediate(() => messages.dispose());
    throw failureOfEnd(end, { hasAnswered });
  });
  // Whoever waits for an answer hears of it; with nobody waiting it is no unhandled rejection.
  gone.catch(() => undefined);
  const request: BridgeConnection['request'] = (method, params) =>
    Promise.race([call(messages, method, params).catch((error: unknown) => explained(error, gone)), gone]);

  try {
    const initialized = await withDeadline(
      request('initialize', { protocolHash: PROTOCOL_HASH, clientName: 'tunewright' }),
      initializeDeadlineMs,
      () => new Failure('bridge-silent', { seconds: String(initializeDeadlineMs / 1000) }),
    );
    hasAnswered = true;
    if (initialized.protocolHash !== PROTOCOL_HASH) {
      throw new Failure('protocol-mismatch', {
        // As the bridge counts: theirs is the editor's.
        theirs: PROTOCOL_HASH.slice(0, 8),
        ours: initialized.protocolHash.slice(0, 8),
      });
    }
    return { initialized, request, end: () => transport.end() };
  } catch (error) {
    transport.end();
    throw error;
  }
}

/** A pipe that breaks is the shadow of an end that is about to be told: the end says why. */
async function explained(error: unknown, gone: Promise<never>): Promise<never> {
  if (error instanceof Failure) throw error;
  await withDeadline(gone, END_FOLLOWS_WITHIN_MS, () => error);
  throw error;
}

async function call<M extends BridgeMethod>(
  messages: MessageConnection,
  method: M,
  params: BridgeParams<M>,
): Promise<BridgeResult<M>> {
  let answer: unknown;
  try {
    answer = await messages.sendRequest(method, params);
  } catch (error) {
    throw failureOfResponse(error);
  }
  const parsed = BRIDGE_METHODS[method].result.safeParse(answer);
  if (!parsed.success) throw new Failure('bridge-misspoke', { method });
  // The table pairs each method with its result; TypeScript cannot follow an index by type parameter through zod.
  return parsed.data as BridgeResult<M>;
}

function failureOfResponse(error: unknown): unknown {
  if (!(error instanceof ResponseError) || BROKEN_CONNECTION.includes(error.code)) return error;
  const data = BridgeErrorData.safeParse(error.data);
  return data.success ? bridgeFailure(data.data) : new Failure('internal', { reason: error.message });
}

function listenToNotices(messages: MessageConnection, { log, onNotice }: ConnectOptions): void {
  const listen = <N extends BridgeNotification>(name: N) =>
    messages.onNotification(name, (params: unknown) => {
      const parsed = BRIDGE_NOTIFICATIONS[name].safeParse(params);
      if (parsed.success) onNotice(name, parsed.data as BridgeNotice<N>);
      else log.error(`bridge: the notification ${name} is not understood: ${parsed.error.message}`);
    });
  listen('runs/changed');
  listen('runs/appended');
  listen('devices/changed');
}

function withDeadline<T>(answer: Promise<T>, deadlineMs: number, failure: () => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failure()), deadlineMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
