/** The browser that shows the editor: Chromium without a window, driven through playwright-core. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/setup/editor.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const WINDOW = { width: 1600, height: 960 };

export interface OpenBrowser {
  page: Page;
  /** What the page logged as an error, for a failing test to show. */
  consoleErrors: string[];
  close(): Promise<void>;
}

export async function openBrowser(): Promise<OpenBrowser> {
  const executablePath = await findBrowser();
  if (executablePath === undefined)
    throw new Error('No Chromium was found; set TUNEWRIGHT_BROWSER to its path.');
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS, headless: true });
  const context = await browser.newContext({ viewport: WINDOW, locale: 'en-US', ignoreHTTPSErrors: true });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const consoleErrors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(message.text());
  });
  return { page, consoleErrors, close: () => browser.close() };
}
