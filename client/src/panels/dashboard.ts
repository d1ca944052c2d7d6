/** One dashboard: the panel, its typed port, and what flows between the bridge and the page. */
import * as vscode from 'vscode';
import type { RunAppended } from '../../../protocol/src/bridge.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { type DashboardCommand, FromDashboard, type ToDashboard } from '../../../protocol/src/webview.ts';
import type { BridgeCalls } from '../bridge/bridge.ts';
import type { DeviceStore } from '../devices/store.ts';
import { asFailure } from '../errors.ts';
import type { Log } from '../log.ts';
import { shownAlerts } from '../runs/alert-texts.ts';
import { reasonText } from '../runs/causes.ts';
import type { RunFollower } from '../runs/follower.ts';
import type { RunStore } from '../runs/store.ts';
import { waitReasonText } from '../runs/waiting.ts';
import { newsOf } from './appended.ts';

const LOG_TAIL_BYTES = 128 * 1024;

export interface DashboardOptions {
  readonly bridge: BridgeCalls;
  readonly runs: RunStore;
  readonly follower: RunFollower;
  readonly devices: DeviceStore;
  readonly log: Log;
  readonly panel: vscode.WebviewPanel;
  readonly root: string;
  readonly runId: string;
}

const COMMANDS: Readonly<Record<DashboardCommand, string>> = {
  stop: 'tunewright.stop',
  'stop-at-checkpoint': 'tunewright.stopAtCheckpoint',
  resume: 'tunewright.resume',
  'resume-with-change': 'tunewright.resumeWithChange',
  'open-config': 'tunewright.openConfig',
  'open-folder': 'tunewright.openRunFolder',
  'open-log': 'tunewright.openLog',
  'copy-command': 'tunewright.copyShellCommand',
};

export class Dashboard {
  readonly #options: DashboardOptions;
  readonly #subscriptions: vscode.Disposable[] = [];
  #maxBuckets: number | undefined;
  /** The attempt that the page was opened with. */
  #attempt: number | undefined;
  /** Where the log ends that the page was opened with, in bytes; undefined while it is not open. */
  #logEndOffset: number | undefined;
  /** What was appended while the opening message was being made. */
  #waiting: RunAppended[] = [];
  #looking: vscode.Disposable | undefined;
  #opening = 0;

  constructor(options: DashboardOptions) {
    this.#options = options;
    const { bridge, follower, runs, devices, panel, root, runId } = options;
    this.#subscriptions.push(
      follower.follow({ root, runId }),
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidChangeViewState(() => this.#lookAtDevices()),
      bridge.onNotice('runs/appended', (appended) => this.#append(appended)),
      bridge.onDidStart(() => void this.#open()),
      runs.onDidChange((changed) => {
        const run = changed ?? runs.find(runId);
        if (run?.summary.id === runId) this.#changed(run.summary);
      }),
      devices.onDidChange((sample) => {
        if (panel.visible) this.#post({ type: 'devices', sample });
      }),
    );
    this.#lookAtDevices();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#looking?.dispose();
  }

  #receive(message: unknown): void {
    const parsed = FromDashboard.safeParse(message);
    if (!parsed.success) {
      this.#options.log.error(`The dashboard's message is not understood: ${parsed.error.message}`);
      return;
    }
    const request = parsed.data;
    switch (request.type) {
      case 'ready':
        this.#maxBuckets = request.maxBuckets;
        void this.#open();
        break;
      case 'query':
        void this.#query(request);
        break;
      case 'command':
        this.#command(request);
        break;
      case 'drawn':
        this.#options.log.debug(`dashboard: ${request.series} drawn with ${request.pointCount} points`);
        break;
    }
  }

  #command({ command, logOffset, attempt, checkpoint }: Extract<FromDashboard, { type: 'command' }>): void {
    void vscode.commands.executeCommand(COMMANDS[command], {
      kind: 'run',
      runId: this.#options.runId,
      ...(logOffset === undefined ? {} : { logOffset }),
      ...(attempt === undefined ? {} : { attempt }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    });
  }

  /** Tells the page everything; again after the bridge was started anew. */
  async #open(): Promise<void> {
    const maxBuckets = this.#maxBuckets;
    if (maxBuckets === undefined) return;
    this.#opening += 1;
    const opening = this.#opening;
    const { bridge, follower, root, runId, runs, devices } = this.#options;
    this.#logEndOffset = undefined;
    this.#waiting = [];
    try {
      // First follow, then read: what is appended in between is told twice and sorted out, never lost.
      await follower.begun({ root, runId });
      const [run, metrics, log] = await Promise.all([
        bridge.request('runs/get', { root, runId }),
        bridge.request('metrics/query', { root, runId, maxBuckets }),
        bridge.request('runs/log', { root, runId, maxBytes: LOG_TAIL_BYTES }),
      ]);
      if (opening !== this.#opening) return;
      this.#post({
        type: 'open',
        run,
        ...reasonOf(run.summary),
        alerts: shownAlerts(run.alerts ?? run.summary.alerts),
        metrics,
        log,
        l10nBundle: vscode.l10n.bundle ?? {},
      });
      this.#attempt = run.summary.attempt;
      this.#logEndOffset = log.endOffset;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const appended of waiting) this.#append(appended);
      const newer = runs.find(runId);
      if (newer) this.#changed(newer.summary);
      if (devices.sample) this.#post({ type: 'devices', sample: devices.sample });
    } catch (error) {
      if (opening === this.#opening) this.#fail(error);
    }
  }

  async #query(query: Extract<FromDashboard, { type: 'query' }>): Promise<void> {
    const { bridge, root, runId } = this.#options;
    const { requestId, fromStep, toStep, maxBuckets } = query;
    try {
      const metrics = await bridge.request('metrics/query', {
        root,
        runId,
        maxBuckets,
        ...(fromStep === undefined ? {} : { fromStep }),
        ...(toStep === undefined ? {} : { toStep }),
      });
      this.#post({ type: 'metrics', requestId, metrics });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A later attempt has a log of its own, and its curve goes on from a checkpoint: the page is told everything anew. */
  #changed(summary: RunSummary): void {
    if (this.#attempt !== undefined && summary.attempt > this.#attempt) {
      this.#attempt = summary.attempt;
      void this.#open();
      return;
    }
    const alerts = shownAlerts(summary.alerts);
    this.#post({ type: 'run', run: summary, ...reasonOf(summary), alerts });
  }

  #append(appended: RunAppended): void {
    if (appended.runId !== this.#options.runId || appended.root !== this.#options.root) return;
    if (this.#logEndOffset === undefined) {
      this.#waiting.push(appended);
      return;
    }
    const news = newsOf(appended, this.#logEndOffset);
    if (news) this.#post({ type: 'appended', ...news });
  }

  #fail(error: unknown): void {
    const failure = asFailure(error);
    this.#options.log.error(`dashboard of ${this.#options.runId}: ${failure.message}`);
    this.#post({ type: 'failed', message: failure.message });
  }

  #lookAtDevices(): void {
    const { devices, panel } = this.#options;
    if (panel.visible && !this.#looking) {
      this.#looking = devices.look();
    } else if (!panel.visible && this.#looking) {
      this.#looking.dispose();
      this.#looking = undefined;
    }
  }

  #post(message: ToDashboard): void {
    void this.#options.panel.webview.postMessage(message);
  }
}

function reasonOf(summary: RunSummary): { reason?: string } {
  const reason = waitReasonText(summary) ?? reasonText(summary);
  return reason === undefined ? {} : { reason };
}
