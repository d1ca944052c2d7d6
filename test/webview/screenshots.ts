/** `node test/webview/screenshots.ts [name]`: pictures of the dashboard under the stand-in host, into test-results/webview/. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GeneratedRun, type GeneratedRunOptions, hostSample, shownAlert } from './scenarios.ts';
import { type OpenDashboard, type StandInHost, startStandInHost } from './stand-in-host.ts';
import type { ThemeName } from './themes.ts';

interface Picture {
  name: string;
  run: GeneratedRunOptions;
  theme?: ThemeName;
  size?: [width: number, height: number];
  prepare?: (dashboard: OpenDashboard) => Promise<void>;
}

const live: GeneratedRunOptions = {
  steps: 612,
  maxSteps: 1000,
  state: 'running',
  nonFiniteAt: [300, 301],
  spikeAt: 431,
};
const alerted: GeneratedRunOptions = { ...live, alerts: severalAlerts(), resumedAt: 250 };
const rewards = ['reward', 'rewards/format', 'kl', 'completion_length', 'memory(GiB)'];

const PICTURES: readonly Picture[] = [
  { name: 'live-dark', run: live, prepare: hover },
  { name: 'live-light', run: live, theme: 'light-modern' },
  { name: 'live-contrast', run: live, theme: 'high-contrast', prepare: focusChart },
  { name: 'narrow-dark', run: live, size: [400, 900] },
  { name: 'narrow-light', run: live, theme: 'light-modern', size: [520, 900], prepare: hover },
  { name: 'wide-dark', run: live, size: [2560, 900], prepare: hover },
  { name: 'ten-light', run: { steps: 10, maxSteps: 1000, state: 'running' }, theme: 'light-modern' },
  { name: 'one-dark', run: { steps: 1, maxSteps: 1000, state: 'running' } },
  {
    name: 'million-dark',
    run: { steps: 1_000_000, maxSteps: 1_000_000, state: 'succeeded', spikeAt: 431_007 },
  },
  {
    name: 'million-zoom-light',
    run: { steps: 1_000_000, maxSteps: 1_000_000, state: 'succeeded' },
    theme: 'light-modern',
    prepare: zoom,
  },
  { name: 'others-dark', run: { ...live, others: rewards }, size: [1280, 1500] },
  { name: 'log-scale-light', run: live, theme: 'light-modern', prepare: logScale },
  { name: 'table-dark', run: live, prepare: table },
  { name: 'alerts-dark', run: alerted, prepare: hoverMark },
  { name: 'alerts-light', run: alerted, theme: 'light-modern' },
  { name: 'alerts-contrast', run: alerted, theme: 'high-contrast', prepare: focusMark },
  { name: 'alerts-narrow-dark', run: alerted, size: [400, 900] },
  { name: 'alerts-chinese-light', run: { ...alerted, l10nBundle: chinese() }, theme: 'light-modern' },
  { name: 'waiting-dark', run: { steps: 0, maxSteps: 1000, state: 'running', logLines: 0 } },
  { name: 'failed-dark', run: { ...live, state: 'failed', reason: 'The engine ended with an error.' } },
  {
    name: 'failed-early-light',
    run: { steps: 0, maxSteps: 10, state: 'failed', logLines: 0, reason: 'The engine ended with an error.' },
    theme: 'light-modern',
  },
  { name: 'chinese-dark', run: { ...live, l10nBundle: chinese() }, prepare: hover },
  { name: 'devices-dark', run: live, prepare: (dashboard) => tab(dashboard, 'devices') },
  {
    name: 'log-light',
    run: { ...live, logLines: 100_000 },
    theme: 'light-modern',
    prepare: (dashboard) => tab(dashboard, 'log'),
  },
  { name: 'config-dark', run: live, prepare: (dashboard) => tab(dashboard, 'config') },
];

/** An open alert, a hint, and one that is over. */
function severalAlerts() {
  const over = {
    id: 'nan/grad_norm',
    series: 'grad_norm',
    step: 431,
    endedAtMs: Date.UTC(2026, 4, 12, 9, 33),
  };
  return [
    shownAlert({ ...over, logOffset: 9000, attempt: 2 }, { title: 'the gradient norm is Infinity' }),
    shownAlert(
      { id: 'plateau', kind: 'plateau', severity: 'hint', series: 'loss', step: 520, attempt: 2 },
      { title: 'the loss no longer falls', meaning: 'It has stayed near 0.41 for 120 steps.' },
    ),
    shownAlert({ series: 'loss', step: 600, logOffset: 12_000, attempt: 2 }),
  ];
}

async function hoverMark({ page }: OpenDashboard): Promise<void> {
  const box = await page.locator('[data-chart=loss] .u-over').boundingBox();
  if (box !== null) await page.mouse.move(box.x + (box.width * 599) / 611, box.y + 60);
}

async function focusMark({ page }: OpenDashboard): Promise<void> {
  await page.locator('[data-chart=loss]').focus();
  await page.keyboard.press('Shift+M');
}

function chinese(): Record<string, string> {
  const path = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'l10n', 'bundle.l10n.zh-cn.json');
  return JSON.parse(readFileSync(path, 'utf8'));
}

async function hover({ page }: OpenDashboard): Promise<void> {
  const plot = page.locator('[data-chart=loss] .u-over');
  const box = await plot.boundingBox();
  if (box !== null) await page.mouse.move(box.x + box.width * 0.7, box.y + 40);
}

async function zoom({ page, posted }: OpenDashboard): Promise<void> {
  const box = await page.locator('[data-chart=loss] .u-over').boundingBox();
  if (box === null) return;
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.301 + 8, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.waitForTimeout(2000);
  if (!posted.some(({ type }) => type === 'query')) throw new Error('zooming asked for nothing');
}

async function focusChart({ page }: OpenDashboard): Promise<void> {
  await page.locator('[data-chart=loss]').focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift+ArrowLeft');
}

async function logScale({ page }: OpenDashboard): Promise<void> {
  await page.locator('vscode-checkbox[label="Log scale"]').click();
  await page.locator('#x-axis').selectOption('epoch');
}

async function table({ page }: OpenDashboard): Promise<void> {
  await page.locator('[data-chart=loss]').focus();
  await page.keyboard.press('t');
}

async function tab(dashboard: OpenDashboard, name: string): Promise<void> {
  await dashboard.send(hostSample());
  await dashboard.page.locator(`[data-tab=${name}]`).click();
}

async function take(host: StandInHost, picture: Picture, folder: string): Promise<void> {
  const { run, theme = 'dark-modern', size: [width, height] = [1280, 860] } = picture;
  const dashboard = await host.open({ run: new GeneratedRun(run), theme, width, height });
  const { page, errors } = dashboard;
  await page
    .locator(run.steps === 0 ? '.waiting' : '[data-chart=loss][data-points]')
    .waitFor({ timeout: 120_000 });
  await picture.prepare?.(dashboard);
  // Transitions are over after this.
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(folder, `${picture.name}.png`) });
  console.log(picture.name, errors.length === 0 ? '' : errors);
  await page.close();
}

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'test-results', 'webview');
mkdirSync(folder, { recursive: true });
const host = await startStandInHost();
try {
  for (const picture of PICTURES) {
    if (process.argv[2] === undefined || picture.name.startsWith(process.argv[2]))
      await take(host, picture, folder);
  }
} finally {
  await host.close();
}
