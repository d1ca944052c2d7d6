/** A whole editor for one test file: a copy of the sample, the packed extension, and a browser that shows them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServedEditor, startCodeServer } from '../../../scripts/editor/code-server.ts';
import { repository, toolPaths } from '../../../scripts/setup/home.mjs';
import { sampleWorkspace } from '../../harness/workspaces.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';
import { Workbench } from './workbench.ts';

/** A step in the window that takes longer than this has failed. */
const STEP_DEADLINE_MS = 60_000;

const REMOVE_RETRIES = 10;

export interface Session {
  folder: string;
  editor: ServedEditor;
  browser: OpenBrowser;
  workbench: Workbench;
  close(): Promise<void>;
}

export interface SessionOptions {
  settings?: Readonly<Record<string, unknown>>;
  vsixPaths?: readonly string[];
  /** More files for the workspace, by name. */
  files?: Readonly<Record<string, string>>;
}

export async function openSession({
  settings = {},
  vsixPaths = [],
  files = {},
}: SessionOptions = {}): Promise<Session> {
  const { enginePython } = toolPaths();
  const { folder, remove } = await sampleWorkspace();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const state = mkdtempSync(join(tmpdir(), 'tunewright-editor-'));
  const editor = await startCodeServer({
    folder,
    vsixPaths: [join(repository, 'build', 'tunewright.vsix'), ...vsixPaths],
    stateFolder: state,
    settings: { 'tunewright.interpreter': enginePython, 'workbench.colorTheme': 'Dark Modern', ...settings },
  });
  const browser = await openBrowser();
  browser.page.setDefaultTimeout(STEP_DEADLINE_MS);
  const workbench = new Workbench(browser.page);
  const close = async () => {
    await browser.close();
    await editor.stop();
    remove();
    // What the editor started may write for a moment longer.
    rmSync(state, { recursive: true, force: true, maxRetries: REMOVE_RETRIES });
  };
  try {
    await workbench.open(editor.url);
  } catch (error) {
    await workbench.screenshot('failed-to-open');
    await close();
    throw error;
  }
  return { folder, editor, browser, workbench, close };
}
