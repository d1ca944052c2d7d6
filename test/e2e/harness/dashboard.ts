/** The run dashboard as tests see it: its charts, facts and tabs. */
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

const NOTE_EVERY_MS = 5;

/** A chart showed so many points at a moment of the wall clock. */
export interface Drawing {
  points: number;
  atMs: number;
}

export class Dashboard {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  chart(id: string): Locator {
    return this.#workbench.webview().locator(`[data-chart="${id}"]`);
  }

  get header(): Locator {
    return this.#workbench.webview().locator('header').first();
  }

  /** Points behind what a chart shows now. */
  async drawnPoints(id: string): Promise<number> {
    return Number((await this.chart(id).getAttribute('data-points')) ?? 0);
  }

  /** Waits until a chart shows at least so many points. */
  async waitForPoints(id: string, atLeast: number, deadlineMs: number): Promise<number> {
    const chart = this.chart(id);
    await chart.waitFor({ timeout: deadlineMs });
    const handle = await chart.elementHandle();
    if (handle === null) throw new Error(`The chart ${id} left the page.`);
    const frame = await handle.ownerFrame();
    if (frame === null) throw new Error(`The chart ${id} belongs to no frame.`);
    await frame.waitForFunction(
      ([element, count]) => Number(element.getAttribute('data-points') ?? 0) >= count,
      [handle, atLeast] as const,
      { timeout: deadlineMs },
    );
    return this.drawnPoints(id);
  }

  /** Notes from now on how many points a chart shows when; the result reads the notes. */
  async recordDrawing(id: string, deadlineMs: number): Promise<() => Promise<Drawing[]>> {
    const chart = this.chart(id);
    await chart.waitFor({ timeout: deadlineMs });
    const notes = await chart.evaluateHandle((element, everyMs) => {
      const drawings: Drawing[] = [];
      const note = () => {
        const points = Number(element.getAttribute('data-points') ?? 0);
        if (drawings.at(-1)?.points !== points) drawings.push({ points, atMs: Date.now() });
      };
      note();
      setInterval(note, everyMs);
      return drawings;
    }, NOTE_EVERY_MS);
    return () => notes.jsonValue();
  }
}
