/** The main job in a real VS Code: complete, see a mistake, fix it, run, and watch the loss fall. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loggedSteps, runDirectories } from '../harness/logged.ts';
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

test('keys of the engine are completed', async () => {
  const { workbench } = session;
  await workbench.openFile(CONFIG);
  await workbench.goToEnd(CONFIG);
  // The editor stays in the block that the file ends with; a person leaves it.
  await workbench.type('\n');
  await workbench.page.keyboard.press('Shift+Tab');
  await workbench.type('weight_de');
  expect(await workbench.suggestions('weight_decay')).toContain('weight_decay');
  await workbench.screenshot('completion-dark');
  await workbench.page.keyboard.press('Escape');
});

test('an unknown key is underlined and its fix names the nearest one', async () => {
  const { workbench } = session;
  await workbench.focusEditor(CONFIG);
  await workbench.type('acy: 0.01');
  await workbench.squiggles('error').first().waitFor();
  await workbench.command('View: Focus Problems');
  await workbench.problem('weight_deacy');
  await workbench.screenshot('unknown-key-dark');
  await workbench.goToEnd(CONFIG);
  await workbench.page.keyboard.press('Home');
  await workbench.quickFix(CONFIG, 'weight_decay');
  await workbench.squiggles('error').first().waitFor({ state: 'detached' });
  await expect.poll(() => workbench.visibleText(CONFIG)).toContain('weight_decay: 0.01');
  await workbench.save();
});

test('Run starts the real engine and the dashboard draws its loss', async () => {
  const { workbench } = session;
  await workbench.command('View: Hide Panel');
  await workbench.focusEditor(CONFIG);
  await workbench.page.keyboard.press('Control+Home');
  await workbench.codeLens('Run').click();
  const dashboard = new Dashboard(workbench);
  const drawn = await dashboard.waitForPoints('loss', 10, TRAINING_DEADLINE_MS);
  expect(drawn).toBeGreaterThanOrEqual(10);
  // For the picture: the run beside its curve, far enough to see it fall.
  await workbench.openActivity('Tunewright');
  await dashboard.waitForPoints('loss', 40, TRAINING_DEADLINE_MS);
  await workbench.screenshot('dashboard-dark');
  await workbench.setTheme('Light Modern');
  await workbench.screenshot('dashboard-light');
  await workbench.setTheme('Dark Modern');
});

test('the run ends well, and the chart holds every point that the engine logged', async () => {
  const { workbench, folder } = session;
  const row = workbench.treeRow(/first\.sft/);
  await row.waitFor();
  await workbench.treeRow(/first\.sft.*(finished|succeeded)/i).waitFor({ timeout: TRAINING_DEADLINE_MS });
  const [runDirectory] = runDirectories(folder);
  const steps = loggedSteps(runDirectory ?? '', 'loss');
  expect(steps.length).toBeGreaterThan(30);
  await new Dashboard(workbench).waitForPoints('loss', steps.length, DRAWING_DEADLINE_MS);
  await workbench.screenshot('runs-view-dark');
});
