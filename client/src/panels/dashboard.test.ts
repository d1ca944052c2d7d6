/** Tests the dashboard's host against a page that is a list of messages; the page itself is tested in test/webview. */
import { beforeEach, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { ToDashboard } from '../../../protocol/src/webview.ts';
import { EventEmitter, resetEditor } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { DeviceStore } from '../devices/store.ts';
import { RunFollower } from '../runs/follower.ts';
import { RunStore } from '../runs/store.ts';
import { Dashboard } from './dashboard.ts';

const ROOT = '/w/.tunewright/runs';
const POINT = { step: 51, values: { loss: 0.5 } };

beforeEach(resetEditor);

/** A dashboard of the run `a`, whose page is the returned list of messages. */
async function openDashboard() {
  let attempt = 1;
  const log = { text: '', startOffset: 0, endOffset: 900, sizeBytes: 900 };
  const bridge = new TableBridge({
    'runs/watch': () => ({ runs: [aRun({ id: 'a' })], total: 1 }),
    'runs/follow': () => ({}),
    'runs/get': () => ({ summary: aRun({ id: 'a', attempt }), attempts: [], configText: '' }),
    'metrics/query': () => ({ series: [] }),
    'runs/log': () => (attempt === 1 ? log : { ...log, endOffset: 0, sizeBytes: 0 }),
    'devices/read': () => ({}),
    'devices/watch': () => ({}),
  });
  const runs = new RunStore({ bridge, log: silentLog });
  await runs.watch(ROOT);
  const fromPage = new EventEmitter<unknown>();
  const told: ToDashboard[] = [];
  const webview = {
    onDidReceiveMessage: fromPage.event,
    postMessage: (message: ToDashboard) => told.push(message),
  };
  const panel = { visible: false, webview, onDidChangeViewState: new EventEmitter<unknown>().event };
  new Dashboard({
    bridge,
    runs,
    follower: new RunFollower(bridge, silentLog),
    devices: new DeviceStore(bridge, silentLog),
    log: silentLog,
    panel: panel as unknown as vscode.WebviewPanel,
    root: ROOT,
    runId: 'a',
  });
  fromPage.fire({ type: 'ready', maxBuckets: 100 });
  const opened = (times: number) =>
    vi.waitFor(() => expect(told.filter(({ type }) => type === 'open')).toHaveLength(times));
  await opened(1);
  const resume = () => {
    attempt = 2;
    bridge.notify('runs/changed', {
      root: ROOT,
      changed: [aRun({ id: 'a', attempt })],
      removed: [],
      total: 1,
    });
  };
  return { bridge, told, opened, resume };
}

it('tells the page everything anew when the run is resumed, and then its points and its log from the start', async () => {
  const { bridge, told, opened, resume } = await openDashboard();
  resume();
  await opened(2);
  const log = { text: 'again', startOffset: 0, endOffset: 5, sizeBytes: 5 };
  bridge.notify('runs/appended', { root: ROOT, runId: 'a', points: [POINT], log });
  expect(told.at(-1)).toEqual({ type: 'appended', points: [POINT], log });
});

it('keeps what is appended while the page is being opened', async () => {
  const { bridge, told, opened, resume } = await openDashboard();
  resume();
  bridge.notify('runs/appended', { root: ROOT, runId: 'a', points: [POINT] });
  await opened(2);
  await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ type: 'run' }));
  expect(told.map(({ type }) => type).slice(-3)).toEqual(['open', 'appended', 'run']);
});
