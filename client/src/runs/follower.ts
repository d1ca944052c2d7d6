/** Follows runs on behalf of several viewers: the bridge is told once, however many look at the same run. */
import * as vscode from 'vscode';
import type { RunReference } from '../../../protocol/src/bridge.ts';
import type { BridgeCalls } from '../bridge/bridge.ts';
import { errorForLog, type Log } from '../log.ts';

interface Followed {
  readonly run: RunReference;
  viewers: number;
  /** Settles when the bridge has begun. */
  begun: Promise<void>;
}

export class RunFollower {
  readonly #bridge: BridgeCalls;
  readonly #log: Log;
  readonly #followed = new Map<string, Followed>();
  readonly #subscription: vscode.Disposable;

  constructor(bridge: BridgeCalls, log: Log) {
    this.#bridge = bridge;
    this.#log = log;
    this.#subscription = bridge.onDidStart(() => {
      for (const followed of this.#followed.values()) followed.begun = this.#begin(followed.run);
    });
  }

  /** What the run appends comes as `runs/appended` until the returned object is disposed. */
  follow(run: RunReference): vscode.Disposable {
    const key = keyOf(run);
    const followed = this.#followed.get(key) ?? { run, viewers: 0, begun: this.#begin(run) };
    this.#followed.set(key, followed);
    followed.viewers += 1;
    let isFollowing = true;
    return new vscode.Disposable(() => {
      if (!isFollowing) return;
      isFollowing = false;
      followed.viewers -= 1;
      if (followed.viewers > 0) return;
      this.#followed.delete(key);
      void this.#end(run);
    });
  }

  /** Resolves when whatever the run appends from now on is told. Rejects where it cannot be followed. */
  async begun(run: RunReference): Promise<void> {
    await this.#followed.get(keyOf(run))?.begun;
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #begin(run: RunReference): Promise<void> {
    const begun = this.#bridge.request('runs/follow', run).then(() => undefined);
    begun.catch((error: unknown) => this.#log.debug(`Following ${run.runId}: ${errorForLog(error)}`));
    return begun;
  }

  async #end(run: RunReference): Promise<void> {
    try {
      await this.#bridge.request('runs/unfollow', run);
    } catch (error) {
      this.#log.debug(`Unfollowing ${run.runId}: ${errorForLog(error)}`);
    }
  }
}

function keyOf({ root, runId }: RunReference): string {
  return `${root}\n${runId}`;
}
