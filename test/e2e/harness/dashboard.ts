/** The run dashboard as tests see it: its charts, facts and tabs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

const NOTE_EVERY_MS = 5;
const LOOK_EVERY_MS = 100;
/** A chart that is not there after this is looked for anew, in the page that is there then. */
const LOOK_PATIENCE_MS = 2000;

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

  /** Waits until a chart shows at least so many points. The page may be replaced meanwhile: it is looked for anew each time. */
  async waitForPoints(id: string, atLeast: number, deadlineMs: number): Promise<number> {
    const endsAtMs = Date.now() + deadlineMs;
    let seen: string;
    do {
      const { points, problem } = await this.#look(id);
      if (points >= atLeast) return points;
      seen = problem === undefined ? `shows ${points}` : `cannot be read: ${problem}`;
      await delay(LOOK_EVERY_MS);
    } while (Date.now() < endsAtMs);
    throw new Error(`The chart ${id} has no ${atLeast} points within ${deadlineMs / 1000} s; it ${seen}`);
  }

  async #look(id: string): Promise<{ points: number; problem?: string }> {
    try {
      const points = await this.chart(id).getAttribute('data-points', { timeout: LOOK_PATIENCE_MS });
      return { points: Number(points ?? 0) };
    } catch (error) {
      return { points: 0, problem: String(error) };
    }
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
