/** The last reading of this host's devices, kept current only while somebody looks. */
import * as vscode from 'vscode';
import type { HostSample } from '../../../protocol/src/device.ts';
import type { BridgeCalls } from '../bridge/bridge.ts';
import { errorForLog, type Log } from '../log.ts';

export class DeviceStore {
  readonly #bridge: BridgeCalls;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<HostSample>();
  readonly #subscriptions: vscode.Disposable[];
  #sample: HostSample | undefined;
  #viewers = 0;
  #watch: Promise<void> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(bridge: BridgeCalls, log: Log) {
    this.#bridge = bridge;
    this.#log = log;
    this.#subscriptions = [
      bridge.onNotice('devices/changed', (sample) => this.#take(sample)),
      bridge.onDidStart(() => {
        if (this.#viewers > 0) void this.#start();
      }),
    ];
  }

  get sample(): HostSample | undefined {
    return this.#sample;
  }

  /** Somebody looks, until the returned object is disposed. */
  look(): vscode.Disposable {
    this.#viewers += 1;
    if (this.#viewers === 1) void this.#start();
    let isLooking = true;
    return new vscode.Disposable(() => {
      if (!isLooking) return;
      isLooking = false;
      this.#viewers -= 1;
      if (this.#viewers === 0) void this.#stop();
    });
  }

  /** Resolves when a first reading is here or cannot be had. */
  async ready(): Promise<void> {
    await this.#watch;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #start(): Promise<void> {
    const watch = this.#bridge.request('devices/watch', {}).then(
      (sample) => this.#take(sample),
      (error: unknown) => this.#log.warn(`Devices cannot be read: ${errorForLog(error)}`),
    );
    this.#watch = watch;
    return watch;
  }

  async #stop(): Promise<void> {
    try {
      await this.#bridge.request('devices/unwatch', {});
    } catch (error) {
      this.#log.debug(`Devices cannot be unwatched: ${errorForLog(error)}`);
    }
  }

  #take(sample: HostSample): void {
    this.#sample = sample;
    this.#changed.fire(sample);
  }
}
