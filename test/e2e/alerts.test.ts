/** What a person sees of a run that needs somebody: its alert, a stop at the next checkpoint, and how it goes on. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AttemptCommand, RecorderRecord } from '../../protocol/src/run.ts';
import { runDirectories } from '../harness/logged.ts';
import { openSession, type Session } from './harness/session.ts';
import { makeStandInEngine } from './stand-in/engine.ts';

const DIVERGING = 'diverging.sft.yaml';
const KILLED = 'killed.sft.yaml';
const STOPPED = 'stopped.sft.yaml';
/** A slow machine starts a run in many seconds; what a person does takes none. */
const RUN_DEADLINE_MS = 120_000;
/** The stand-in saves its first checkpoint at step 40. */
const BEHIND_A_CHECKPOINT = '(4[1-9]|[5-9]\\d|\\d{3,})/20000';

function config(environment = ''): string {
  return `model: stand-in/model\ndataset:\n  - data/train.jsonl\n${environment}`;
}

let session: Session;
let engineFolder: string;

beforeAll(async () => {
  engineFolder = mkdtempSync(join(tmpdir(), 'tunewright-stand-in-'));
  session = await openSession({
    settings: { 'tunewright.interpreter': makeStandInEngine(engineFolder) },
    files: {
      [DIVERGING]: config("ENV:\n  STAND_IN_NAN_FROM: '30'\n"),
      [KILLED]: config(),
      [STOPPED]: config(),
    },
  });
});

afterAll(async () => {
  await session?.close();
  rmSync(engineFolder, { recursive: true, force: true });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await session.workbench.screenshot(`failed-${task.name.replaceAll(' ', '-')}`);
});

/** Runs a config, and shows the run in the tree beside it. */
async function run(name: string): Promise<void> {
  const { workbench } = session;
  await workbench.openFile(name);
  await workbench.codeLens('Run').click();
  await workbench.openActivity('Tunewright');
}

/** The row of a run whose line says this. */
function row(name: string, words: string) {
  return session.workbench.treeRow(new RegExp(`${name.replace('.yaml', '')}.*${words}`));
}

async function waitForRow(name: string, words: string): Promise<void> {
  await row(name, words).waitFor({ timeout: RUN_DEADLINE_MS });
}

function directoryOf(config: string): string {
  const name = config.replace('.yaml', '');
  const found = runDirectories(session.folder).find((path) => path.includes(name));
  if (found === undefined) throw new Error(`${config} has no run.`);
  return found;
}

/** A record of an attempt, as it lies on the disk. */
function read(directory: string, attempt: number, file: string): unknown {
  return JSON.parse(readFileSync(join(directory, 'attempts', String(attempt), file), 'utf8'));
}

test('a run that diverges is marked, told of with what can be done, and stopped from the message', async () => {
  const { workbench } = session;
  await run(DIVERGING);
  const toast = workbench.notification(/the loss is NaN/);
  await toast.waitFor({ timeout: RUN_DEADLINE_MS });
  expect((await workbench.message('the loss is NaN')).buttons).toEqual([
    'Stop',
    'Open Log',
    'Resume with Change…',
  ]);
  await waitForRow(DIVERGING, 'the loss is NaN');
  await workbench.page.locator('.statusbar', { hasText: '1 running, 1 with an alert' }).waitFor();
  await workbench.screenshot('alert-dark');
  await toast.locator('.monaco-button', { hasText: 'Stop' }).click();
  await waitForRow(DIVERGING, 'cancelled');
  await workbench.clearMessages();
});

test('a run whose trainer was killed goes on from its checkpoint', async () => {
  const { workbench } = session;
  await run(KILLED);
  await waitForRow(KILLED, BEHIND_A_CHECKPOINT);
  const directory = directoryOf(KILLED);
  process.kill(RecorderRecord.parse(read(directory, 1, 'recorder.json')).trainer.pid, 'SIGKILL');
  await waitForRow(KILLED, 'failed');
  await workbench.clearMessages();
  await workbench.openFile(KILLED);
  await workbench.command('Tunewright: Resume…', ...answersTo(directory));
  await waitForRow(KILLED, BEHIND_A_CHECKPOINT);
  await workbench.codeLens('Stop').waitFor();
  await workbench.screenshot('resumed-dark');
  const [first, second] = [1, 2].map((number) =>
    AttemptCommand.parse(read(directory, number, 'command.json')),
  );
  expect(second?.resumedFrom?.step).toBeGreaterThanOrEqual(40);
  expect(second?.outputDirectory).not.toBe(first?.outputDirectory);
});

test('a run is stopped when its next checkpoint is complete', async () => {
  const { workbench } = session;
  await run(STOPPED);
  await waitForRow(STOPPED, '\\d+/20000');
  await workbench.command('Tunewright: Stop at Next Checkpoint');
  await waitForRow(STOPPED, 'stopped once checkpoint-\\d+ was complete');
});

/** The checkpoint is asked for where there are several. */
function answersTo(directory: string): string[] {
  const { outputDirectory } = AttemptCommand.parse(read(directory, 1, 'command.json'));
  const checkpoints = readdirSync(outputDirectory).filter((name) => name.startsWith('checkpoint-'));
  const settings = 'With the settings of attempt 1';
  return checkpoints.length === 1 ? [settings] : ['the newest that is good', settings];
}
