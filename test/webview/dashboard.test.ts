/** The dashboard in a real browser under the stand-in host: what a person sees, presses and waits for. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appended, GeneratedRun, type GeneratedRunOptions, hostSample, shownAlert } from './scenarios.ts';
import { type OpenDashboard, type OpenOptions, type StandInHost, startStandInHost } from './stand-in-host.ts';

const LIVE: GeneratedRunOptions = { steps: 612, maxSteps: 1000, state: 'running', nonFiniteAt: [300, 301] };
/** What four charts of 4,000 buckets may take to draw on a slow machine; a frame at 10 redraws a second. */
const DRAW_BUDGET_MS = 100;

let host: StandInHost;
let opened: OpenDashboard | undefined;

beforeAll(async () => {
  host = await startStandInHost();
});

afterAll(() => host?.close());

afterEach(async () => {
  await opened?.page.close();
  opened = undefined;
});

async function open(run: GeneratedRunOptions, options: Partial<OpenOptions> = {}): Promise<OpenDashboard> {
  opened = await host.open({ run: new GeneratedRun(run), ...options });
  opened.page.setDefaultTimeout(15_000);
  return opened;
}

/** Waits until the page says that so many points of the series are drawn. */
function drawn(dashboard: OpenDashboard, series: string, points: number): Promise<void> {
  return dashboard.page.locator(`[data-series="${series}"][data-points="${points}"]`).waitFor();
}

describe('curves', () => {
  it('are drawn under the strict content policy, and the panel hears of it', async () => {
    const dashboard = await open({ ...LIVE, steps: 10 });
    await drawn(dashboard, 'loss', 10);
    await expect
      .poll(() => dashboard.posted)
      .toContainEqual({ type: 'drawn', series: 'loss', pointCount: 10 });
    expect(dashboard.posted[0]).toMatchObject({ type: 'ready' });
    expect(await dashboard.page.locator('[data-chart]').count()).toBe(4);
    expect(dashboard.errors).toEqual([]);
  });

  it('grow while the run goes on, and a series that is new gets a chart', async () => {
    const dashboard = await open({ ...LIVE, steps: 10 });
    await drawn(dashboard, 'loss', 10);
    const run = new GeneratedRun({ ...LIVE, others: ['rewards/format'] });
    await dashboard.send(appended(run, 11, 70));
    await drawn(dashboard, 'loss', 70);
    await drawn(dashboard, 'eval_loss', 1);
    await drawn(dashboard, 'rewards/format', 60);
    expect(await dashboard.page.locator('[data-fact=step]').textContent()).toBe('step 70 / 1,000');
    expect(dashboard.errors).toEqual([]);
  });

  it('of timings alone stay folded away until a person opens them, and then stay open', async () => {
    const { page, ...dashboard } = await open(LIVE);
    await drawn({ page, ...dashboard }, 'loss', 612);
    const timing = page.locator('[data-chart="series-runtime"]');
    expect(await timing.count()).toBe(0);
    await page.locator('.others summary').click();
    await timing.waitFor();
    await page.reload();
    await timing.waitFor();
  });

  it('count what is no number in the legend', async () => {
    const dashboard = await open(LIVE);
    await drawn(dashboard, 'loss', 612);
    expect(await dashboard.page.locator('[data-series=loss]').textContent()).toContain('2 not finite');
  });

  it('share one crosshair that the arrow keys walk, and say what it reads', async () => {
    const { page, ...dashboard } = await open(LIVE);
    await drawn({ page, ...dashboard }, 'loss', 612);
    await page.locator('[data-chart=loss]').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    const steps = await page.locator('.chart-step').allTextContents();
    expect(new Set(steps)).toEqual(new Set(['step 602']));
    expect(await page.locator('.curves > [aria-live]').textContent()).toMatch(
      /^step 602, train 0\.\d+, eval 0\.\d+$/,
    );
  });

  it('have a table twin under the key t', async () => {
    const { page, ...dashboard } = await open(LIVE);
    await drawn({ page, ...dashboard }, 'loss', 612);
    await page.locator('[data-chart=loss]').focus();
    await page.keyboard.press('t');
    const table = page.locator('[data-chart=loss] [role=table]');
    await table.waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe('613');
    expect(await page.locator('[data-chart=learning-rate] [role=table]').isVisible()).toBe(false);
    await page.keyboard.press('t');
    expect(await table.isVisible()).toBe(false);
  });

  it('zoom by drag, ask for finer buckets, and go back with Escape', async () => {
    const dashboard = await open({ steps: 20_000, maxSteps: 20_000, state: 'succeeded' });
    await drawn(dashboard, 'loss', 20_000);
    const { page, posted } = dashboard;
    const box = await page.locator('[data-chart=loss] .u-over').boundingBox();
    if (box === null) throw new Error('the plot has no box');
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 50, { steps: 4 });
    await page.mouse.up();
    await page.locator('.zoom').waitFor();
    await expect.poll(() => posted.filter(({ type }) => type === 'query')).toHaveLength(1);
    const query = posted.find((message) => message.type === 'query');
    const { fromStep = 0, toStep = 0 } = query ?? {};
    expect([fromStep, toStep].map((step) => Math.round(step / 1000))).toEqual([10, 12]);
    await drawn(dashboard, 'loss', toStep - fromStep + 1);
    await page.locator('[data-chart=loss]').focus();
    await page.keyboard.press('Escape');
    await drawn(dashboard, 'loss', 20_000);
    expect(await page.locator('.zoom').isVisible()).toBe(false);
  });

  it('stand when one of them fails, and that one says so', async () => {
    const prelude = `(() => {
      const real = HTMLCanvasElement.prototype.getContext;
      let count = 0;
      HTMLCanvasElement.prototype.getContext = function (...args) {
        count += 1;
        // The second chart, now and whenever it is tried again: the other three have their canvas by then.
        if (count === 2 || count > 4) throw new Error('no canvas today');
        return real.apply(this, args);
      };
    })()`;
    const dashboard = await open({ ...LIVE, steps: 20 }, { prelude });
    await drawn(dashboard, 'grad_norm', 20);
    await drawn(dashboard, 'loss', 20);
    const failures = dashboard.page.locator('.chart-failure:visible');
    await failures.first().waitFor();
    expect(await failures.allTextContents()).toEqual(['This chart could not be drawn: no canvas today']);
    expect(dashboard.errors.join()).toContain('no canvas today');
  });

  it('follow the theme', async () => {
    const dashboard = await open(LIVE);
    await drawn(dashboard, 'loss', 612);
    const hasColour = (red: number, green: number, blue: number, chart = 'learning-rate') =>
      dashboard.page.evaluate(`(() => {
        const canvas = document.querySelector('[data-chart=${chart}] canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) {
          if (data[i] === ${red} && data[i + 1] === ${green} && data[i + 2] === ${blue} && data[i + 3] === 255) return true;
        }
        return false;
      })()`);
    expect(await hasColour(0x59, 0xa4, 0xf9)).toBe(true);
    // The theme's orange is see-through, the line is not.
    expect(await hasColour(0xea, 0x5c, 0x00, 'loss')).toBe(true);
    await dashboard.setTheme('light-modern');
    await expect.poll(() => hasColour(0x1a, 0x85, 0xff)).toBe(true);
    expect(await hasColour(0x59, 0xa4, 0xf9)).toBe(false);
  });

  it('redraw four charts of 4,000 buckets within the budget', async () => {
    const prelude = `new PerformanceObserver((list) => {
      globalThis.draws = [...(globalThis.draws ?? []), ...list.getEntriesByName('dashboard-draw').map((e) => e.duration)];
    }).observe({ entryTypes: ['measure'] })`;
    const run = { steps: 4000, maxSteps: 5000, state: 'running' } as const;
    const dashboard = await open(run, { prelude, width: 4000, height: 900 });
    await drawn(dashboard, 'loss', 4000);
    // Each weight is another smoothed line, so everything is worked out and drawn anew.
    for (let weight = 50; weight < 80; weight += 1) {
      await dashboard.page.locator('#smoothing').fill(String(weight / 100));
    }
    await dashboard.send(appended(new GeneratedRun(run), 4001, 4001));
    await drawn(dashboard, 'loss', 4001);
    const draws = (await dashboard.page.evaluate('globalThis.draws.slice(1, -1)')) as number[];
    const sorted = draws.toSorted((left, right) => left - right);
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
    console.log(`draw of 4 charts x 4,000 buckets: median ${median.toFixed(1)} ms of ${sorted.length}`);
    expect(sorted.length).toBeGreaterThanOrEqual(10);
    expect(median).toBeLessThan(DRAW_BUDGET_MS);
  });
});

describe('the page', () => {
  it('says what a run without points waits for, and its last words', async () => {
    const dashboard = await open({ ...LIVE, steps: 0, logLines: 0 });
    await dashboard.page.locator('.waiting').waitFor();
    const text = await dashboard.page.locator('.waiting').textContent();
    expect(text).toMatch(/Waiting for the first step[\s\S]*\d s so far[\s\S]*model_type: qwen2/);
    await dashboard.send(appended(new GeneratedRun(LIVE), 1, 3));
    await drawn(dashboard, 'loss', 3);
    expect(await dashboard.page.locator('.waiting').isVisible()).toBe(false);
  });

  it('puts the reason of a failure and the last log lines on top', async () => {
    const dashboard = await open({ ...LIVE, state: 'failed', reason: 'The engine ended with an error.' });
    const ending = dashboard.page.locator('.ending');
    await ending.waitFor();
    expect(await ending.textContent()).toMatch(
      /This run failed\.[\s\S]*Exit code 1\.[\s\S]*CUDA out of memory/,
    );
    expect(await dashboard.page.locator('.stop').isVisible()).toBe(false);
    await ending.locator('button').click();
    await expect.poll(() => dashboard.page.locator('.log-line:visible').count()).toBeGreaterThan(4);
  });

  it('tells of alerts in words and on the curve, and leads to their lines and to what can be done', async () => {
    const old = shownAlert(
      { id: 'hang', kind: 'hang', atMs: 1, endedAtMs: 2, step: 88 },
      { title: 'no step for 9 min' },
    );
    const { page, posted, ...dashboard } = await open({ ...LIVE, alerts: [old] });
    await page.locator('[data-chart=loss][data-marks="1"]').waitFor();
    expect(await page.locator('.alert-item.open').count()).toBe(0);
    await page.locator('.alerts-past summary').click();
    await page.locator('.alert-item', { hasText: 'No step for 9 min · step 88' }).waitFor();
    const { summary } = new GeneratedRun(LIVE).open(100).run;
    const nan = shownAlert({ step: 301, series: 'loss', logOffset: 4711 });
    await dashboard.send({ type: 'run', run: summary, alerts: [old, nan] });
    const item = page.locator('.alert-item.open', { hasText: 'The loss is NaN · step 301' });
    await item.waitFor();
    expect(await item.textContent()).toMatch(/worth nothing\.[\s\S]*Lower learning_rate/);
    await page.locator('[data-chart=loss][data-marks="2"]').waitFor();
    await page.locator('[data-chart=loss]').press('t');
    await page.locator('[data-chart=loss] [role=columnheader]', { hasText: 'marks' }).waitFor();
    await item.locator('button', { hasText: 'Show log line' }).click();
    await item.locator('button', { hasText: 'Resume with change…' }).click();
    const line = { type: 'command', command: 'open-log', logOffset: 4711, attempt: nan.alert.attempt };
    await expect.poll(() => posted).toContainEqual(line);
    await expect.poll(() => posted).toContainEqual({ type: 'command', command: 'resume-with-change' });
    const another = shownAlert({ id: 'slowdown', atMs: nan.alert.atMs + 1 }, { title: 'steps are slower' });
    await dashboard.send({ type: 'run', run: summary, alerts: [nan, another] });
    await page.locator('.alert-item.open', { hasText: 'Steps are slower' }).waitFor();
    expect(await item.locator(':focus').textContent()).toBe('Resume with change…');
    await dashboard.send({ type: 'run', run: { ...summary, state: 'stopping' }, alerts: [nan] });
    await page.locator('.stop', { hasText: 'Stop now' }).waitFor();
    expect(await item.locator('button', { hasText: /^Stop$/ }).count()).toBe(0);
    await dashboard.send({
      type: 'run',
      run: summary,
      alerts: [
        { ...another, alert: { ...another.alert, endedAtMs: nan.alert.atMs + 2 } },
        { ...nan, alert: { ...nan.alert, endedAtMs: nan.alert.atMs + 1 } },
      ],
    });
    await page.locator('.alerts-past summary', { hasText: 'Earlier alerts (3)' }).waitFor();
    expect(await page.locator('.alert-item.open').count()).toBe(0);
    expect(dashboard.errors).toEqual([]);
  });

  it('offers a stop at the next checkpoint while it trains, and a resume once it has ended', async () => {
    const { page, posted, ...dashboard } = await open(LIVE);
    await page.locator('.stop-later').click();
    await expect.poll(() => posted).toContainEqual({ type: 'command', command: 'stop-at-checkpoint' });
    const { summary } = new GeneratedRun(LIVE).open(100).run;
    await dashboard.send({ type: 'run', run: { ...summary, stopWhen: 'next-checkpoint' } });
    await page.locator('[data-fact=stop]', { hasText: 'stops at the next checkpoint' }).waitFor();
    expect(await page.locator('.stop-later').isVisible()).toBe(false);
    expect(await page.locator('.resume').isVisible()).toBe(false);
    await dashboard.send({ type: 'run', run: { ...summary, state: 'cancelled' } });
    await page.locator('.resume').click();
    await expect.poll(() => posted).toContainEqual({ type: 'command', command: 'resume' });
  });

  it('opens the line of the log behind a flag, by a click on it and by keys', async () => {
    const flagged = shownAlert({ id: 'divergence', kind: 'divergence', step: 400, logOffset: 123 });
    const later = shownAlert({ step: 500, logOffset: 456 });
    const { page, posted } = await open({ ...LIVE, alerts: [flagged, later] });
    await page.locator('[data-chart=loss][data-marks="2"]').waitFor();
    const lineAt = (logOffset: number) => ({ type: 'command', command: 'open-log', logOffset, attempt: 1 });
    const plot = page.locator('[data-chart=loss] .u-over');
    const box = await plot.boundingBox();
    if (box === null) throw new Error('the plot has no box');
    const atStep = (step: number) => (box.width * (step - 1)) / (LIVE.steps - 1);
    // Beside the flag, and far below it, a click means the curve.
    await plot.click({ position: { x: atStep(400) + 30, y: 6 } });
    await plot.click({ position: { x: atStep(400), y: box.height - 10 } });
    await plot.click({ position: { x: atStep(400), y: 6 } });
    await expect.poll(() => posted.filter(({ type }) => type === 'command')).toEqual([lineAt(123)]);
    await page.locator('[data-chart=loss]').focus();
    for (const key of ['Home', 'm', 'm']) await page.keyboard.press(key);
    expect(await page.locator('.curves > [aria-live]').textContent()).toMatch(
      /^step 500, the loss is NaN, Enter opens the log line, /,
    );
    await page.keyboard.press('Enter');
    await expect.poll(() => posted.filter(({ type }) => type === 'command')).toContainEqual(lineAt(456));
    await page.keyboard.press('Shift+M');
    await page.keyboard.press('Enter');
    await expect.poll(() => posted.filter(({ type }) => type === 'command')).toHaveLength(3);
  });

  it('marks where a later attempt went on', async () => {
    const { page } = await open({ ...LIVE, resumedAt: 250 });
    await page.locator('[data-chart=loss][data-marks="1"]').waitFor();
    await page.locator('[data-chart=gradient-norm][data-marks="1"]').waitFor();
    await page.locator('[data-fact=attempt]', { hasText: 'attempt 2' }).waitFor();
  });

  it('sends commands', async () => {
    const { page, posted } = await open(LIVE);
    await page.locator('.stop').click();
    await page.locator('vscode-button', { hasText: 'Copy command' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => posted).toContainEqual({ type: 'command', command: 'stop' });
    await expect.poll(() => posted).toContainEqual({ type: 'command', command: 'copy-command' });
  });

  it('shows devices as meters with numbers', async () => {
    const dashboard = await open(LIVE);
    await dashboard.page.locator('[data-tab=devices]').click();
    await dashboard.send(hostSample());
    const gpu = dashboard.page.locator('[data-device=GPU-0]');
    await gpu.waitFor();
    expect(await gpu.textContent()).toMatch(/GPU 0[\s\S]*64 °C · 312 W[\s\S]*97 %[\s\S]*71\.4 of 80\.0 GiB/);
    expect(await gpu.locator('[role=meter]').count()).toBe(2);
  });

  it('keeps a long log windowed, follows its end, and stops following when a person scrolls up', async () => {
    const { page, ...dashboard } = await open({ ...LIVE, logLines: 90_000 });
    await page.locator('[data-tab=log]').click();
    await page.locator('.log-line', { hasText: "'90000/90000'" }).waitFor();
    expect(await page.locator('.log-line').count()).toBeLessThan(150);
    await page.locator('.log-lines').hover();
    await page.mouse.wheel(0, -5000);
    await expect
      .poll(() => page.locator('vscode-checkbox[label="Follow the end"]').getAttribute('checked'))
      .toBeNull();
    const offset = 10_000_000;
    const log = {
      text: 'the newest line\n',
      startOffset: offset,
      endOffset: offset + 16,
      sizeBytes: offset + 16,
    };
    await dashboard.send({ type: 'appended', points: [], log });
    await page.locator('.log-count', { hasText: 'Lines: 90,005' }).waitFor();
    expect(await page.locator('.log-line', { hasText: 'the newest line' }).count()).toBe(0);
    await page.locator('vscode-checkbox[label="Follow the end"]').click();
    await page.locator('.log-line', { hasText: 'the newest line' }).waitFor();
  });

  it('shows the config as written', async () => {
    const { page } = await open(LIVE);
    await page.locator('[data-tab=config]').click();
    expect(await page.locator('.config pre').textContent()).toMatch(/^hub_token: \$\{env:HUB_TOKEN\}$/m);
  });

  it('remembers what was chosen', async () => {
    const { page, ...dashboard } = await open(LIVE);
    await drawn({ page, ...dashboard }, 'loss', 612);
    await page.locator('#smoothing').fill('0.9');
    await page.locator('#x-axis').selectOption('epoch');
    await page.locator('vscode-checkbox[label="Log scale"]').click();
    await page.locator('[data-tab=log]').click();
    await page.reload();
    await page.locator('.log-line').first().waitFor();
    await page.locator('[data-tab=curves]').click();
    expect(await page.locator('#smoothing').inputValue()).toBe('0.9');
    expect(await page.locator('#x-axis').inputValue()).toBe('epoch');
    expect(await page.locator('vscode-checkbox[label="Log scale"]').getAttribute('checked')).not.toBeNull();
  });

  it('speaks the language of the editor', async () => {
    const { page } = await open({ ...LIVE, l10nBundle: { Curves: '曲线', running: '运行中' } });
    await page.locator('[data-tab=curves]', { hasText: '曲线' }).waitFor();
    expect(await page.locator('.state-word').textContent()).toBe('运行中');
  });

  it.each([400, 640, 1280, 3440])('fits a width of %i px, with nothing cut at the side', async (width) => {
    const dashboard = await open(
      { ...LIVE, others: ['rewards/a_reward_function_with_a_long_name/mean'] },
      { width },
    );
    await drawn(dashboard, 'loss', 612);
    const outside = await dashboard.page.evaluate(`[...document.querySelectorAll('#dashboard *')]
      .filter((node) => node.getBoundingClientRect().width > 0 && !node.closest('.uplot, .visually-hidden, .progress'))
      .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5 || node.getBoundingClientRect().left < -0.5)
      .map((node) => node.className)`);
    expect(outside).toEqual([]);
  });

  it('says so when the panel could not open the run, before and after', async () => {
    const dashboard = await open(LIVE, { isSilent: true });
    await expect.poll(() => dashboard.posted.length).toBe(1);
    await dashboard.send({ type: 'failed', message: 'The run is gone.' });
    await dashboard.page.getByText('The run is gone.').waitFor();
    await dashboard.send(new GeneratedRun(LIVE).open(2000));
    await drawn(dashboard, 'loss', 612);
    await dashboard.send({ type: 'failed', message: 'The bridge stopped.' });
    const problem = dashboard.page.locator('.problem', { hasText: 'The bridge stopped.' });
    await problem.waitFor();
    await problem.locator('button').click();
    await problem.waitFor({ state: 'hidden' });
  });
});
