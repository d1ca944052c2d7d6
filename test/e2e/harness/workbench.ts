/** The parts of VS Code's window that tests touch. Knows its page structure, so that no test has to. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { repository } from '../../../scripts/setup/home.mjs';
import { type Gesture, perform } from './gesture.ts';
import { type Choice, QuickInput } from './quick-input.ts';

const SCREENSHOTS = join(repository, 'build', 'screenshots');
const START_DEADLINE_MS = 90_000;
/** Where an editor takes what is typed; which one depends on its settings. */
const TYPING_PLACE = '.native-edit-context, textarea.inputarea';
/** A frame that has the focus does not match :focus; its content does. */
const IS_PAGE_FOCUSED = `document.activeElement?.matches('iframe.webview.ready') === true`;

export class Workbench {
  readonly page: Page;
  readonly #quickInput: QuickInput;

  constructor(page: Page) {
    this.page = page;
    this.#quickInput = new QuickInput(page);
  }

  /** Opens the editor and waits until it can be worked with. */
  async open(url: string): Promise<void> {
    const timeout = START_DEADLINE_MS;
    await this.page.goto(url, { timeout });
    await this.page.locator('.monaco-workbench .statusbar').waitFor({ timeout });
    // A window that is opened again shows the view that was last open, which need not be the explorer.
    await this.page.locator('.sidebar .monaco-list-row').first().waitFor({ timeout });
  }

  async screenshot(name: string): Promise<string> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Runs a command by its title, and takes the rows with these texts from the lists that it then shows. */
  async command(title: string, ...answers: readonly string[]): Promise<void> {
    const choices = [commandChoice(title), ...answers.map((rowText) => ({ rowText }))];
    await this.#perform(`the command ${title}`, (patienceMs) =>
      this.#quickInput.choose('F1', choices, patienceMs),
    );
  }

  async openFile(name: string): Promise<void> {
    await this.#perform(`opening ${name}`, async (patienceMs) => {
      await this.#quickInput.choose('Control+P', [{ typed: name, rowText: name }], patienceMs);
      const shown = this.page.locator('.editor-group-container.active').locator(this.editor(name));
      await shown.waitFor({ timeout: patienceMs });
    });
  }

  /** The text area of the editor that shows a file. */
  editor(name: string): Locator {
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`);
  }

  /** The text as drawn, spaces made plain. */
  async visibleText(name: string): Promise<string> {
    const lines = await this.editor(name).locator('.view-line').allTextContents();
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Gives the keyboard to the editor of a file, and leaves its cursor where it is. */
  async focusEditor(name: string): Promise<void> {
    await this.#perform(`the focus on ${name}`, (patienceMs) => this.#focus(name, patienceMs));
  }

  /** Puts the cursor behind the last character of the file. */
  async goToEnd(name: string): Promise<void> {
    await this.focusEditor(name);
    await this.page.keyboard.press('Control+End');
  }

  /** Types as a person does, key by key. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 15 });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page
      .locator('.editor-group-container.active .tab.active.dirty')
      .waitFor({ state: 'detached' });
  }

  /** Labels in the suggest widget, once one of them has this text. */
  async suggestions(expected: string): Promise<string[]> {
    const widget = this.page.locator('.suggest-widget.visible');
    const rows = widget.locator('.monaco-list-row');
    const wanted = rows.filter({ hasText: expected }).first();
    // What was typed before the server was up has brought no suggestions; a person asks for them then.
    const ask = () => this.page.keyboard.press('Control+Space');
    await this.#perform(
      `the suggestion ${expected}`,
      (patienceMs) => wanted.waitFor({ timeout: patienceMs }),
      ask,
    );
    return rows.evaluateAll((elements) =>
      elements.map((element) => element.querySelector('.label-name')?.textContent ?? ''),
    );
  }

  /** The message rows of the problems view that hold a text. */
  async problem(text: string): Promise<Locator> {
    const row = this.page.locator(
      '.markers-panel .monaco-list-row .marker-message, .markers-panel .monaco-list-row',
      {
        hasText: text,
      },
    );
    await row.first().waitFor();
    return row.first();
  }

  squiggles(kind: 'error' | 'warning' | 'info'): Locator {
    return this.page.locator(`.cdr.squiggly-${kind}`);
  }

  /** Opens the quick fixes at the cursor of a file's editor and takes the one with this title. */
  async quickFix(name: string, title: string): Promise<void> {
    const row = this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    await this.#perform(`the quick fix ${title}`, async (patienceMs) => {
      const timeout = patienceMs;
      await this.#focus(name, patienceMs);
      await this.page.keyboard.press('Control+.');
      await row.waitFor({ timeout });
      await row.click({ timeout });
      await row.waitFor({ state: 'hidden', timeout });
    });
  }

  /** The status bar's word for the language of the open file. */
  languageIndicator(language: string): Locator {
    return this.page.locator('#status\\.editor\\.mode', { hasText: new RegExp(`^${language}$`) });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  codeLens(title: string): Locator {
    return this.page.locator('.codelens-decoration a', { hasText: title }).first();
  }

  /** A button over the active editor. */
  editorAction(title: string): Locator {
    return this.page.locator(`.editor-actions a[aria-label^="${title}"]`).first();
  }

  /** A row of a tree view in the side bar. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator('.sidebar .monaco-list-row', { hasText: text }).first();
  }

  /** Shows the dashboard of a run by a click on its row. */
  async openRun(name: string): Promise<void> {
    await this.#perform(`the dashboard of ${name}`, async (patienceMs) => {
      const timeout = patienceMs;
      await this.treeRow(name).click({ timeout });
      await this.activeTab(name).waitFor({ timeout });
      // The page takes the focus last of all; what is pressed before that happens may be lost.
      await this.page.waitForFunction(IS_PAGE_FOCUSED, undefined, { timeout });
    });
  }

  /** The tab that has the window's attention, if it bears this title. */
  activeTab(title: string): Locator {
    return this.page
      .locator('.editor-group-container.active .tab.active .label-name')
      .filter({ hasText: new RegExp(`^${escapeRegExp(title)}$`) });
  }

  async openActivity(title: string): Promise<void> {
    const item = this.page.locator(`.activitybar .action-item a[aria-label^="${title}"]`).first();
    const heading = this.page.locator('.sidebar .composite.title', { hasText: title });
    await this.#perform(`the activity ${title}`, async (patienceMs) => {
      // A click on the activity that is open closes the side bar.
      if (!(await heading.isVisible())) await item.click({ timeout: patienceMs });
      await heading.waitFor({ timeout: patienceMs });
    });
  }

  /** The message in the corner that holds a text, and the titles of its buttons. */
  async message(text: string): Promise<{ text: string; buttons: string[] }> {
    const toast = this.page.locator('.notifications-toasts .notification-toast', { hasText: text }).first();
    await toast.waitFor();
    // Read at once: a message goes away by itself.
    return toast.evaluate((element) => ({
      text: element.querySelector('.notification-list-item-message')?.textContent ?? '',
      buttons: [...element.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map(
        (button) => button.textContent ?? '',
      ),
    }));
  }

  async clearMessages(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  /** The document of the visible webview; of the newest where one is just giving way to another. */
  webview(): FrameLocator {
    const outer = this.page.locator('iframe.webview.ready:visible').last().contentFrame();
    return outer.locator('iframe#active-frame').contentFrame();
  }

  async setTheme(theme: 'Dark Modern' | 'Light Modern'): Promise<void> {
    const kind = theme.startsWith('Dark') ? '.vs-dark' : '.vs';
    const choices = [commandChoice('Preferences: Color Theme'), { typed: theme, rowText: theme }];
    await this.#perform(`the theme ${theme}`, async (patienceMs) => {
      await this.#quickInput.choose('F1', choices, patienceMs);
      await this.page.locator(`.monaco-workbench${kind}`).waitFor({ timeout: patienceMs });
    });
  }

  async #focus(name: string, patienceMs: number): Promise<void> {
    const timeout = patienceMs;
    await this.editor(name).locator(TYPING_PLACE).first().focus({ timeout });
    await this.page.locator(`.monaco-editor.focused[data-uri$="/${name}"]`).waitFor({ timeout });
  }

  /** A gesture that leaves open, where it breaks, nothing that Escape does not close. */
  #perform(
    name: string,
    attempt: Gesture['attempt'],
    askAgain: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    const undo = async () => {
      await this.page.keyboard.press('Escape');
      await askAgain();
    };
    return perform({ name, attempt, undo });
  }
}

function commandChoice(title: string): Choice {
  return { typed: `>${title}`, rowText: title };
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
