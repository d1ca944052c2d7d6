/** What a person sees where something is missing: no Python, no engine, no place to write, no trust; and files left alone. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { toolPaths } from '../../scripts/setup/home.mjs';
import { openSession, type Session } from './harness/session.ts';

const CONFIG = 'first.sft.yaml';
const RUN = 'Control+F5';
/** Reading a schema anew imports the engine. */
const SCHEMA_DEADLINE_MS = 180_000;

let session: Session | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await session?.workbench.screenshot(`failed-${task.name.replaceAll(/\W+/g, '-')}`);
  await session?.close();
  session = undefined;
});

async function sessionWith(settings: Readonly<Record<string, unknown>> = {}): Promise<Session> {
  session = await openSession({ settings });
  return session;
}

/** Opens the config and presses Run by its key. */
async function run({ workbench }: Session): Promise<void> {
  await workbench.openFile(CONFIG);
  await workbench.editorAction('Run').waitFor();
  await workbench.goToEnd(CONFIG);
  await workbench.page.keyboard.press(RUN);
}

test('an environment without the engine, a folder that cannot be written, and foreign files', async () => {
  const { developmentPython } = toolPaths();
  const opened = await sessionWith({ 'tunewright.interpreter': developmentPython });
  const { workbench, folder } = opened;
  // Before the list of files is first asked for: the editor keeps it for a while.
  writeFileSync(join(folder, 'pod.sample.yaml'), 'apiVersion: v1\nkind: Pod\nmodel: m\ndataset: d\n');
  writeFileSync(join(folder, 'tune.yaml'), '# tunewright: sft\nmodel: m\n');
  await run(opened);
  expect(await workbench.message('The run cannot be started')).toEqual({
    text: `The run cannot be started: The engine (ms-swift) is not installed in ${developmentPython}. Install it there, or choose an interpreter that has it.`,
    buttons: ['Install', 'Choose Interpreter'],
  });
  await workbench.screenshot('no-engine-dark');
  await workbench.clearMessages();
  expect(existsSync(join(folder, '.tunewright'))).toBe(false);

  mkdirSync(join(folder, '.vscode'), { recursive: true });
  const { enginePython } = toolPaths();
  writeFileSync(
    join(folder, '.vscode', 'settings.json'),
    JSON.stringify({ 'tunewright.interpreter': enginePython }),
  );
  const environmentName = basename(dirname(dirname(enginePython)));
  // The schema of the very environment is in force once the editor has taken the new setting.
  await workbench.page
    .locator('.statusbar', { hasText: `(${environmentName})` })
    .waitFor({ timeout: SCHEMA_DEADLINE_MS });
  rmSync(join(folder, '.tunewright'), { recursive: true, force: true });
  // A file where the folder should be; permissions would not stop a test that runs as root.
  writeFileSync(join(folder, '.tunewright'), '');
  await run(opened);
  const { text } = await workbench.message('The run cannot be stored in');
  expect(text).toContain(join(folder, '.tunewright'));

  await workbench.openFile('tune.yaml');
  await workbench.languageIndicator('Tunewright').waitFor();
  await workbench.openFile('pod.sample.yaml');
  await workbench.languageIndicator('YAML').waitFor();
});

test('no Python for the bridge', async () => {
  const opened = await sessionWith({ 'tunewright.bridgePython': '/nowhere/bin/python' });
  const { workbench } = opened;
  await run(opened);
  const { text, buttons } = await workbench.message('Tunewright needs Python 3.10 or newer');
  expect(text).toMatch(/^The run cannot be started: /);
  expect(buttons).toEqual(['Open Settings', 'Show Output']);
  await workbench.openActivity('Tunewright');
  await workbench.page.locator('.sidebar', { hasText: 'Tunewright needs Python 3.10 or newer' }).waitFor();
});

test('a workspace that is not trusted: the config is checked, and nothing is started', async () => {
  const opened = await sessionWith({
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
  });
  const { workbench, folder } = opened;
  await run(opened);
  expect((await workbench.message('not trusted')).buttons).toEqual(['Manage Workspace Trust']);
  await workbench.clearMessages();
  await workbench.goToEnd(CONFIG);
  await workbench.type('\ntrian_type: full');
  await workbench.squiggles('error').first().waitFor();
  expect(existsSync(join(folder, '.tunewright'))).toBe(false);
});
