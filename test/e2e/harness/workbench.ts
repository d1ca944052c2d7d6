/** The parts of VS Code's window that tests touch. Knows its page structure, so that no test has to. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { repository } from '../../../scripts/setup/home.mjs';

const SCREENSHOTS = join(repository, 'build', 'screenshots');
const START_DEADLINE_MS = 90_000;
const UNASKED_SUGGESTIONS_MS = 3000;

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the editor and waits until it can be worked with. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('.monaco-workbench .statusbar').waitFor({ timeout: START_DEADLINE_MS });
    await this.page
      .locator('.explorer-folders-view .monaco-list-row')
      .first()
      .waitFor({ timeout: START_DEADLINE_MS });
  }

  async screenshot(name: string): Promise<string> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.pick(`>${title}`, title);
  }

  /** Types into the open quick pick and takes the first row with this text. */
  async pick(typed: string, rowText = typed): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input.input').first();
    await input.waitFor();
    await input.fill(typed);
    await this.page
      .locator('.quick-input-widget:visible .monaco-list-row', { hasText: rowText })
      .first()
      .click();
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.pick(name);
    await this.editor(name).waitFor();
  }

  /** The text area of the editor that shows a file. */
  editor(name: string): Locator {
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="${name}"]`);
  }

  /** The text as drawn, spaces made plain. */
  async visibleText(name: string): Promise<string> {
    const lines = await this.editor(name).locator('.view-line').allTextContents();
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Puts the cursor behind the last character of the file. */
  async goToEnd(name: string): Promise<void> {
    await this.editor(name).locator('.view-lines').click();
    await this.page.keyboard.press('Control+End');
  }

  /** Types as a person does, key by key. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 15 });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
  }

  /** Labels in the suggest widget, once one of them has this text. */
  async suggestions(expected: string): Promise<string[]> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    const wanted = rows.filter({ hasText: expected }).first();
    // What was typed before the server was up has brought no suggestions; a person asks for them then.
    await wanted
      .waitFor({ timeout: UNASKED_SUGGESTIONS_MS })
      .catch(() => this.page.keyboard.press('Control+Space'));
    await wanted.waitFor();
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

  /** Opens the quick fixes at the cursor and takes the one with this title. */
  async quickFix(title: string): Promise<void> {
    await this.page.keyboard.press('Control+.');
    const row = this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    await row.waitFor();
    await row.click();
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

  async openActivity(title: string): Promise<void> {
    const item = this.page.locator(`.activitybar .action-item a[aria-label^="${title}"]`).first();
    await item.click();
  }

  /** The message in the corner that holds a text, and the titles of its buttons. */
  async message(text: string): Promise<{ text: string; buttons: string[] }> {
    const toast = this.page.locator('.notifications-toasts .notification-toast', { hasText: text }).first();
    await toast.waitFor();
    const buttons = toast.locator('.notification-list-item-buttons-container .monaco-button');
    return {
      text: (await toast.locator('.notification-list-item-message').textContent()) ?? '',
      buttons: await buttons.allTextContents(),
    };
  }

  async clearMessages(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  /** The language of the active file, as the status bar says it. */
  async language(): Promise<string> {
    return (await this.page.locator('.statusbar #status\\.editor\\.mode').textContent()) ?? '';
  }

  /** The document of the visible webview. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  async setTheme(theme: 'Dark Modern' | 'Light Modern'): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.pick(theme);
    const kind = theme.startsWith('Dark') ? '.vs-dark' : '.vs';
    await this.page.locator(`.monaco-workbench${kind}`).waitFor();
  }
}
