/** Runs and a bridge for the tests of the extension. */
import * as vscode from 'vscode';
import type { BridgeCalls } from '../../client/src/bridge/bridge.ts';
import type { Log } from '../../client/src/log.ts';
import type { Alert } from '../../protocol/src/alert.ts';
import type {
  BridgeMethod,
  BridgeNotice,
  BridgeNotification,
  BridgeParams,
  BridgeResult,
  InitializeResult,
} from '../../protocol/src/bridge.ts';
import { BRIDGE_METHODS } from '../../protocol/src/bridge.ts';
import type { RunSummary } from '../../protocol/src/run.ts';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  show: () => undefined,
};

export function aRun(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id: '20261124-120000-first.sft-abcd',
    directory: '/w/.tunewright/runs/20261124-120000-first.sft-abcd',
    name: 'first.sft',
    number: 1,
    task: 'sft',
    state: 'running',
    attempt: 1,
    host: 'local',
    executor: 'local',
    configPath: '/w/first.sft.yaml',
    createdAtMs: 1_000,
    ...changes,
  };
}

export function anAlert(changes: Partial<Alert> = {}): Alert {
  return {
    id: 'divergence',
    kind: 'divergence',
    severity: 'alert',
    attempt: 1,
    atMs: 1_000,
    step: 88,
    values: {},
    action: 'notify',
    ...changes,
  };
}

/** A bridge that answers from a table and lets the test send notifications. */
export class TableBridge implements BridgeCalls {
  readonly asked: { method: BridgeMethod; params: unknown }[] = [];
  readonly #answers: { [M in BridgeMethod]?: (params: BridgeParams<M>) => unknown };
  readonly #notices = new vscode.EventEmitter<{ name: BridgeNotification; notice: unknown }>();
  readonly #started = new vscode.EventEmitter<InitializeResult>();
  readonly onDidStart = this.#started.event;

  constructor(answers: { [M in BridgeMethod]?: (params: BridgeParams<M>) => unknown } = {}) {
    this.#answers = answers;
  }

  async request<M extends BridgeMethod>(method: M, params: BridgeParams<M>): Promise<BridgeResult<M>> {
    this.asked.push({ method, params });
    const answer = this.#answers[method];
    if (!answer) throw new Error(`the test has no answer to ${method}`);
    return BRIDGE_METHODS[method].result.parse(await answer(params)) as BridgeResult<M>;
  }

  onNotice<N extends BridgeNotification>(name: N, listener: (notice: BridgeNotice<N>) => void) {
    return this.#notices.event((noticed) => {
      if (noticed.name === name) listener(noticed.notice as BridgeNotice<N>);
    });
  }

  notify<N extends BridgeNotification>(name: N, notice: BridgeNotice<N>): void {
    this.#notices.fire({ name, notice });
  }

  start(): void {
    this.#started.fire({
      protocolHash: '',
      bridgeVersion: '0',
      pythonVersion: '3.12',
      hostName: 'h',
      platform: 'p',
    });
  }
}

/** What the extension remembers across windows and reloads. */
export class TableMemory {
  readonly #stored = new Map<string, string>();

  get<T>(key: string): T | undefined {
    const stored = this.#stored.get(key);
    return stored === undefined ? undefined : JSON.parse(stored);
  }

  async update(key: string, value: unknown): Promise<void> {
    this.#stored.set(key, JSON.stringify(value));
  }
}
