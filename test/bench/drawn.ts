/** How long the engine's line takes to be a point on the dashboard, in a real VS Code that trains the sample. */
import { Dashboard } from '../e2e/harness/dashboard.ts';
import { openSession } from '../e2e/harness/session.ts';
import { loggedSteps, runDirectories } from '../harness/logged.ts';
import { type Spread, spread } from './figures.ts';
import { watchLines } from './lines.ts';

const CONFIG = 'first.sft.yaml';
const RUN_DEADLINE_MS = 30_000;
const TRAINING_DEADLINE_MS = 240_000;
const LOOK_EVERY_MS = 20;

export async function measureDrawing(): Promise<{ logLineToPointMs: Spread }> {
  const session = await openSession();
  try {
    const { workbench, folder } = session;
    await workbench.openFile(CONFIG);
    await workbench.codeLens('Run').click();
    const runDirectory = await firstRun(folder);
    const lines = watchLines(runDirectory);
    const dashboard = new Dashboard(workbench);
    const drawn = await dashboard.recordDrawing('loss', TRAINING_DEADLINE_MS);
    await workbench.openActivity('Tunewright');
    await workbench.treeRow(/first\.sft.*succeeded/i).waitFor({ timeout: TRAINING_DEADLINE_MS });
    const writtenAtMs = lines.stop();
    const steps = loggedSteps(runDirectory, 'loss');
    await dashboard.waitForPoints('loss', steps.length, RUN_DEADLINE_MS);
    const drawings = await drawn();
    const delaysMs = steps.flatMap((step, index) => {
      const atMs = writtenAtMs.get(step);
      const drawing = drawings.find(({ points }) => points > index);
      // What was there before we looked tells nothing of delays.
      return atMs === undefined || drawing === undefined || drawing === drawings[0]
        ? []
        : [drawing.atMs - atMs];
    });
    return { logLineToPointMs: spread(delaysMs) };
  } finally {
    await session.close();
  }
}

function firstRun(folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const deadlineMs = Date.now() + RUN_DEADLINE_MS;
    const timer = setInterval(() => {
      const [found] = runDirectories(folder);
      if (found === undefined && Date.now() < deadlineMs) return;
      clearInterval(timer);
      if (found === undefined) reject(new Error('Pressing Run made no run directory.'));
      else resolve(found);
    }, LOOK_EVERY_MS);
  });
}
