/** kill -9 of the bridge and of the extension host during training loses no point of the curve. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loggedSteps, runDirectories } from '../harness/logged.ts';
import { descendants, killAtOnce } from '../harness/processes.ts';
import { Dashboard } from './harness/dashboard.ts';
import { openSession, type Session } from './harness/session.ts';

const CONFIG = 'first.sft.yaml';
const TRAINING_DEADLINE_MS = 240_000;
const DRAWING_DEADLINE_MS = 60_000;

let session: Session;

beforeAll(async () => {
  session = await openSession();
});

afterAll(async () => {
  await session?.close();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await session.workbench.screenshot(`failed-${task.name.replaceAll(' ', '-')}`);
});

/** Kills the one process of the editor whose command matches. */
function killBelowEditor(pattern: RegExp): void {
  const found = descendants(session.editor.processId).filter(({ command }) => pattern.test(command));
  expect(found.length, `processes matching ${pattern}`).toBeGreaterThan(0);
  for (const process of found) killAtOnce(process);
}

test('the curve goes on after kill -9 of the bridge', async () => {
  const { workbench } = session;
  await workbench.openFile(CONFIG);
  await workbench.codeLens('Run').click();
  const dashboard = new Dashboard(workbench);
  const before = await dashboard.waitForPoints('loss', 3, TRAINING_DEADLINE_MS);
  killBelowEditor(/tunewright_bridge|bootstrap\.py.*serve/);
  await dashboard.waitForPoints('loss', before + 5, TRAINING_DEADLINE_MS);
});

test('a new window finds the run after kill -9 of the extension host, and no point is lost', async () => {
  const { workbench, folder, editor } = session;
  killBelowEditor(/--type=extensionHost/);
  await workbench.open(editor.url);
  await workbench.openActivity('Tunewright');
  await workbench.treeRow(/first\.sft.*(finished|succeeded)/i).waitFor({ timeout: TRAINING_DEADLINE_MS });
  await workbench.openRun('first.sft');
  const [runDirectory, ...others] = runDirectories(folder);
  expect(others).toEqual([]);
  const steps = loggedSteps(runDirectory ?? '', 'loss');
  const wanted = [1, ...Array.from({ length: 80 }, (_, index) => 5 * (index + 1))];
  expect(steps).toEqual(wanted);
  expect(await new Dashboard(workbench).waitForPoints('loss', wanted.length, DRAWING_DEADLINE_MS)).toBe(
    wanted.length,
  );
});
