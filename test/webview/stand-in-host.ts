/**
 * A stand-in for VS Code around the dashboard: serves the built page under the content policy of a real panel,
 * opens it in Chromium and answers its messages from a generated run. It is no VS Code; test/e2e has one.
 */
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { FromDashboard, type ToDashboard } from '../../protocol/src/webview.ts';
import { findBrowser } from '../../scripts/setup/editor.mjs';
import type { GeneratedRun } from './scenarios.ts';
import { BODY_CLASSES, THEME_NAMES, type ThemeName, themeStyleSheet } from './themes.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface OpenOptions {
  run: GeneratedRun;
  theme?: ThemeName;
  width?: number;
  height?: number;
  /** Runs in the page before the dashboard does. */
  prelude?: string;
  /** Says nothing until the test does: for looking at what comes before a run is opened. */
  isSilent?: boolean;
}

/** The dashboard in a browser tab, and what it said to its panel. */
export interface OpenDashboard {
  page: Page;
  /** Everything the dashboard posted, oldest first. */
  posted: FromDashboard[];
  /** Errors of the page: broken content policy, exceptions, rejected messages. */
  errors: string[];
  send(message: ToDashboard): Promise<void>;
  setTheme(theme: ThemeName): Promise<void>;
}

export interface StandInHost {
  open(options: OpenOptions): Promise<OpenDashboard>;
  close(): Promise<void>;
}

/** Builds the dashboard, serves it on loopback and starts a browser; `close` ends both. */
export async function startStandInHost(): Promise<StandInHost> {
  const files = await dashboardFiles();
  const server = await listen(files);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The stand-in host got no port.');
  const origin = `http://127.0.0.1:${address.port}`;
  const browser = await launchChromium();
  return {
    open: (options) => openDashboard(browser, origin, options),
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function launchChromium(): Promise<Browser> {
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw new Error('No Chromium here: run npm test, which installs it.');
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}

async function openDashboard(browser: Browser, origin: string, options: OpenOptions): Promise<OpenDashboard> {
  const { run, theme = 'dark-modern', width = 1280, height = 860, isSilent = false } = options;
  const page = await browser.newPage({ viewport: { width, height } });
  const posted: FromDashboard[] = [];
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const send = (message: ToDashboard): Promise<void> =>
    page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
  await page.exposeFunction('standInReceive', async (raw: unknown) => {
    const message = FromDashboard.parse(raw);
    posted.push(message);
    if (isSilent) return;
    if (message.type === 'ready') await send(run.open(message.maxBuckets));
    if (message.type === 'query') await send(run.metrics(message));
  });
  if (options.prelude !== undefined) await page.addInitScript(options.prelude);
  await page.goto(`${origin}/?theme=${theme}`);
  const setTheme = (next: ThemeName): Promise<void> =>
    page.evaluate(`document.getElementById('theme').href = '/${next}.css';
      document.getElementById('theme').onload = () => { document.body.className = '${BODY_CLASSES[next]}'; }`);
  return { page, posted, errors, send, setTheme };
}

/** What the page asks for, by path. */
async function dashboardFiles(): Promise<Map<string, { type: string; content: string }>> {
  const built = await build({
    absWorkingDir: repository,
    entryPoints: { dashboard: 'client/webviews/dashboard/main.ts' },
    outdir: 'dist/webviews',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  const files = new Map<string, { type: string; content: string }>();
  for (const file of built.outputFiles) {
    const isScript = file.path.endsWith('.js');
    files.set(isScript ? '/dashboard.js' : '/dashboard.css', {
      type: isScript ? 'text/javascript' : 'text/css',
      content: file.text,
    });
  }
  for (const name of THEME_NAMES)
    files.set(`/${name}.css`, { type: 'text/css', content: themeStyleSheet(name) });
  return files;
}

async function listen(files: Map<string, { type: string; content: string }>): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/') {
      const theme = THEME_NAMES.find((name) => name === url.searchParams.get('theme')) ?? 'dark-modern';
      response.setHeader('Content-Security-Policy', CONTENT_POLICY);
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(pageOf(theme));
      return;
    }
    const file = files.get(url.pathname);
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader('Content-Type', `${file?.type ?? 'text/plain'}; charset=utf-8`);
    response.end(file?.content ?? 'not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const NONCE = 'c3RhbmQtaW4taG9zdA';
/** As strict as the panel's own: no inline script or style, no eval, nothing from elsewhere. */
const CONTENT_POLICY = `default-src 'none'; style-src 'self'; script-src 'nonce-${NONCE}'`;

/** The page that a panel would make. `acquireVsCodeApi` hands messages to the test and keeps state in the tab. */
function pageOf(theme: ThemeName): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>stand-in host</title>
<link id="theme" rel="stylesheet" href="/${theme}.css">
<link rel="stylesheet" href="/dashboard.css">
<script nonce="${NONCE}">
globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => void standInReceive(message),
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
});
</script>
</head>
<body class="${BODY_CLASSES[theme]}">
<div id="dashboard"></div>
<script nonce="${NONCE}" src="/dashboard.js"></script>
</body>
</html>
`;
}
