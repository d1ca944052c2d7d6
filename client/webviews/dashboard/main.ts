/** Starts the run dashboard: opens the line to the panel, builds the page once a run is opened, and keeps it current. */
import * as l10n from '@vscode/l10n';
import * as z from 'zod';
import { type FromDashboard, ToDashboard } from '../../../protocol/src/webview.ts';
import { createPort, type EditorApi, type Port } from '../lib/port.ts';
import { Choices, FIRST_CHOICES } from './choices.ts';
import { DashboardPage } from './page.ts';
import './dashboard.css';

declare function acquireVsCodeApi(): EditorApi;

/** A bucket for each device pixel is all that can be seen; short runs come whole in any case. */
const FEWEST_BUCKETS = 2000;
const MOST_BUCKETS = 4000;

type DashboardPort = Port<ToDashboard, FromDashboard>;

function start(root: HTMLElement): void {
  // zod would compile its checks with `new Function`, which the content policy forbids.
  z.config({ jitless: true });
  const port: DashboardPort = createPort({
    api: acquireVsCodeApi(),
    schema: ToDashboard,
    source: window,
    onRejected: (reason) => console.error(`A message that does not fit the protocol was left out: ${reason}`),
  });
  const pixels = Math.ceil(window.innerWidth * window.devicePixelRatio);
  const maxBuckets = Math.min(MOST_BUCKETS, Math.max(FEWEST_BUCKETS, pixels));
  let page: DashboardPage | undefined;
  port.listen((message) => {
    if (page !== undefined) page.receive(message);
    else if (message.type === 'open') {
      l10n.config({ contents: message.l10nBundle });
      const choices = port.readState(Choices) ?? FIRST_CHOICES;
      const language = document.documentElement.lang || navigator.language;
      page = new DashboardPage({ root, port, opened: message, choices, language, maxBuckets });
    } else if (message.type === 'failed') {
      root.textContent = message.message;
    }
  });
  port.post({ type: 'ready', maxBuckets });
}

const root = document.getElementById('dashboard');
if (root === null) throw new Error('The page has no element with the id "dashboard".');
start(root);
