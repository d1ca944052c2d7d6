/** VS Code's quick input: opened, typed into and answered as one gesture, because it closes whenever it loses the focus. */
import type { Locator, Page } from 'playwright-core';

const LOOK_AGAIN_MS = 100;

/** The text of the row that is taken, and what is typed first so that it is there. */
export interface Choice {
  typed?: string;
  rowText: string;
}

export class QuickInput {
  readonly #page: Page;
  /** One that is fading away can still be seen, but takes nothing any more. */
  readonly #widget: Locator;
  readonly #input: Locator;
  readonly #rows: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget:not(.quick-input-widget-closing):visible');
    this.#input = this.#widget.locator('input.input').first();
    this.#rows = this.#widget.locator('.monaco-list-row');
  }

  /** Opens it by a key and makes one choice after the other. */
  async choose(key: string, choices: readonly Choice[], patienceMs: number): Promise<void> {
    await this.#page.keyboard.press(key);
    for (const choice of choices) await this.#take(choice, patienceMs);
  }

  async #take({ typed, rowText }: Choice, patienceMs: number): Promise<void> {
    const timeout = patienceMs;
    await this.#input.waitFor({ timeout });
    if (typed !== undefined) await this.#input.fill(typed, { timeout });
    const row = this.#rows.filter({ hasText: rowText }).first();
    await row.waitFor({ timeout });
    await this.#settled(Date.now() + patienceMs);
    await row.click({ timeout });
    // It is taken when it is gone: the quick input has closed, or asks for the next thing.
    await row.waitFor({ state: 'hidden', timeout });
  }

  /** Waits until the rows stay as they are; a click on a list that is still being filtered meets another row. */
  async #settled(deadlineMs: number): Promise<void> {
    let before = '';
    for (;;) {
      const now = (await this.#rows.allTextContents()).join('\n');
      if (now === before) return;
      if (Date.now() > deadlineMs) throw new Error(`The quick input keeps changing its rows:\n${now}`);
      before = now;
      await this.#page.waitForTimeout(LOOK_AGAIN_MS);
    }
  }
}
