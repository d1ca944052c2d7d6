import { beforeEach, expect, it } from 'vitest';
import type { Alert } from '../../../protocol/src/alert.ts';
import type { PreflightParams, ResumeRunParams } from '../../../protocol/src/bridge.ts';
import type { ResumePreflight } from '../../../protocol/src/checkpoint.ts';
import type { RunSummary } from '../../../protocol/src/run.ts';
import { documents, recorded, resetEditor, Uri, workspace } from '../../../test/vscode/stand-in.ts';
import { anAlert, aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { Failure } from '../errors.ts';
import { ConfigChanges } from '../runs/config-changes.ts';
import { RunStore } from '../runs/store.ts';
import type { CommandContext } from './context.ts';
import { resume, resumeWithChange, resumeWithThisConfig } from './resume.ts';

const ROOT = '/w/.tunewright/runs';
const NODE = { kind: 'run', runId: 'a' };
const AS_BEFORE = 'With the settings of attempt 1';
const WITH_CONFIG = 'With the config as it is now';

beforeEach(() => {
  resetEditor();
  workspace.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w' }];
});

function checkpoint(step: number, isComplete = true) {
  return { path: `/o/checkpoint-${step}`, attempt: 1, step, sizeBytes: 9e6, createdAtMs: 0, isComplete };
}

interface Situation {
  run?: Partial<RunSummary>;
  checkpoints?: ReturnType<typeof checkpoint>[];
  /** What differs from the usual answer, by what was asked. */
  answer?: (params: PreflightParams) => Partial<ResumePreflight>;
  /** Fails the first resume. */
  failure?: Failure;
  alerts?: Alert[];
  configText?: string;
  storedSecrets?: Record<string, string>;
}

/** A run of which a person resumes: what was asked of the bridge, and what was shown. */
async function situation({
  run = {},
  checkpoints = [checkpoint(40)],
  answer = () => ({}),
  failure,
  alerts = [],
  configText = '',
  storedSecrets = {},
}: Situation = {}) {
  const seen = {
    resumed: [] as ResumeRunParams[],
    stopped: [] as unknown[],
    shown: [] as string[],
    written: [] as string[],
    isSaved: false,
  };
  const summary = aRun({ id: 'a', state: 'failed', ...run });
  const bridge = new TableBridge({
    'runs/watch': () => ({ runs: [summary], total: 1 }),
    'runs/get': () => ({ summary, attempts: [], configText, alerts }),
    'runs/stop': (params) => {
      seen.stopped.push(params);
      return aRun({ id: 'a', state: 'cancelled' });
    },
    'runs/preflight': (params): ResumePreflight => ({
      point: { attempt: 1, checkpoint: params.checkpoint ?? '/o/checkpoint-40', step: 40 },
      nextStep: 41,
      maxSteps: 400,
      checks: [],
      differences: [],
      checkpoints,
      ...answer(params),
    }),
    'runs/resume': (params) => {
      seen.resumed.push(params);
      if (failure && seen.resumed.length === 1) throw failure;
      return aRun({ id: 'a', attempt: 2, progress: { step: 41 } });
    },
  });
  documents.set('/w/first.sft.yaml', {
    isDirty: true,
    getText: () => `token: \${env:HUB_TOKEN}`,
    save: async () => {
      seen.isSaved = true;
      return true;
    },
  });
  const runs = new RunStore({ bridge, log: silentLog });
  const context = {
    bridge: Object.assign(bridge, { retryIfFailed: () => undefined }),
    runs,
    changes: new ConfigChanges(),
    roots: { ensure: () => runs.watch(ROOT) },
    interpreters: { required: async () => ({ path: '/new/python' }) },
    secrets: {
      valuesFor: async (names: string[]) =>
        Object.fromEntries(
          names.flatMap((name) => (storedSecrets[name] ? [[name, storedSecrets[name]]] : [])),
        ),
      ask: async (name: string) => {
        storedSecrets[name] = 'given';
        return true;
      },
    },
    dashboards: { show: ({ runId }: { runId: string }) => seen.shown.push(runId) },
    documents: {
      show: async (_name: string, write: () => Promise<string>) => seen.written.push(await write()),
    },
  } as unknown as CommandContext;
  await runs.watch(ROOT);
  return { seen, context };
}

it('goes on from the only checkpoint with the settings of before, and shows the dashboard', async () => {
  const { seen, context } = await situation();
  recorded.nextPicked = [AS_BEFORE];
  await resume.run(context, NODE);
  expect(recorded.picks).toHaveLength(1);
  expect(recorded.picks[0]?.title).toBe('Resume first.sft from checkpoint-40');
  expect(seen.resumed).toEqual([{ root: ROOT, runId: 'a', checkpoint: '/o/checkpoint-40', secrets: {} }]);
  expect(seen.shown).toEqual(['a']);
  expect(recorded.progress).toContain('Resuming first.sft');
});

it('lets the person choose the checkpoint, the proposed one first and broken ones marked', async () => {
  const checkpoints = [checkpoint(60, false), checkpoint(40), checkpoint(20)];
  const { seen, context } = await situation({ checkpoints });
  recorded.nextPicked = ['checkpoint-20', AS_BEFORE];
  await resume.run(context, NODE);
  const lines = recorded.picks[0]?.lines ?? [];
  expect(lines.map((line) => line.slice(0, line.indexOf(' |')))).toEqual([
    '$(save) checkpoint-40',
    '$(error) checkpoint-60',
    '$(save) checkpoint-20',
  ]);
  expect(lines[0]).toContain('the newest that is good');
  expect(lines[1]).toContain('not complete');
  expect(seen.resumed[0]?.checkpoint).toBe('/o/checkpoint-20');
});

it('proposes a checkpoint from before the loss was NaN, and says which are spoiled', async () => {
  const alerts = [anAlert({ kind: 'nan', id: 'nan:loss', subject: 'loss', step: 30 })];
  const { seen, context } = await situation({ checkpoints: [checkpoint(40), checkpoint(20)], alerts });
  recorded.nextPicked = ['checkpoint-20', AS_BEFORE];
  await resume.run(context, NODE);
  const lines = recorded.picks[0]?.lines ?? [];
  expect(lines[0]).toMatch(/checkpoint-20 .*the newest that is good$/);
  expect(lines[1]).toMatch(/^\$\(warning\) checkpoint-40 .*since step 30: the loss is NaN$/);
  expect(seen.resumed[0]?.checkpoint).toBe('/o/checkpoint-20');
});

it('shows the only checkpoint where it is spoiled, rather than to go on from it unasked', async () => {
  const alerts = [anAlert({ step: 30 })];
  const { seen, context } = await situation({ alerts });
  await resume.run(context, NODE);
  expect(recorded.picks[0]?.lines[0]).toContain('since step 30: the loss diverges');
  expect(seen.resumed).toEqual([]);
});

it('shows the checkpoints where the bridge would go on from none of them', async () => {
  const { seen, context } = await situation({
    checkpoints: [checkpoint(40), checkpoint(30)],
    alerts: [anAlert({ kind: 'zero_loss', id: 'zero_loss:loss', subject: 'loss', step: 20 })],
    answer: (params) => {
      if (params.checkpoint !== undefined) return {};
      throw new Failure('checkpoint-unusable', { checkpoint: '/o/checkpoint-40', reason: 'spoiled' });
    },
  });
  recorded.nextPicked = ['checkpoint-30', AS_BEFORE];
  await resume.run(context, NODE);
  expect(recorded.picks[0]?.lines.every((line) => line.includes('since step 20'))).toBe(true);
  expect(seen.resumed[0]?.checkpoint).toBe('/o/checkpoint-30');
});

it('does not hold what an evaluation finds against the weights', async () => {
  const { context } = await situation({ alerts: [anAlert({ step: 30, series: 'eval_loss' })] });
  recorded.nextPicked = [AS_BEFORE];
  await resume.run(context, NODE);
  expect(recorded.picks).toHaveLength(1);
});

it('thinks nothing of an alert that was over when the checkpoint was saved', async () => {
  const { context } = await situation({ alerts: [anAlert({ step: 30, endedAtMs: -1 })] });
  recorded.nextPicked = [AS_BEFORE];
  await resume.run(context, NODE);
  expect(recorded.picks).toHaveLength(1);
});

it('starts nothing where the person thinks better of it', async () => {
  const { seen, context } = await situation();
  await resume.run(context, NODE);
  expect(seen.resumed).toEqual([]);
});

const differences = ['a', 'b', 'c', 'd'].map((key) => ({ key, ofCheckpoint: '1', ofAttempt: '2' }));

it('says of each way from which step it goes on, what speaks against it and what differs', async () => {
  const { seen, context } = await situation({
    answer: ({ withConfig }) =>
      withConfig
        ? {
            differences,
            checks: [{ code: 'dataset-changed', severity: 'warning', values: { path: 'd.jsonl' } }],
          }
        : {},
  });
  recorded.nextPicked = [WITH_CONFIG];
  await resume.run(context, NODE);
  expect(recorded.picks[0]?.lines).toEqual([
    `$(debug-continue) ${AS_BEFORE} | nothing differs | Goes on at step 41 of 400.`,
    `$(warning) ${WITH_CONFIG} | The data file d.jsonl has changed since. Goes on at step 41 of 400. a: 1 → 2, b: 1 → 2, c: 1 → 2, 1 more`,
    '',
    '$(list-flat) Show All That Differs',
  ]);
  expect(seen.resumed[0]).toMatchObject({ withConfig: true });
});

it('shows all that differs as a text', async () => {
  const { seen, context } = await situation({
    answer: ({ withConfig }) => (withConfig ? { differences } : {}),
  });
  recorded.nextPicked = ['Show All That Differs'];
  await resume.run(context, NODE);
  expect(seen.written[0]).toContain('d: 1 → 2');
  expect(seen.resumed).toEqual([]);
});

const optimizerDamaged = {
  code: 'optimizer-unreadable' as const,
  severity: 'error' as const,
  values: { file: 'optimizer.pt', problem: 'truncated' },
};

it('refuses what would fail, says why, and offers the weights alone', async () => {
  const answer = ({ weightsOnly }: PreflightParams) => (weightsOnly ? {} : { checks: [optimizerDamaged] });
  const refused = await situation({ answer });
  recorded.nextPicked = [AS_BEFORE];
  await resume.run(refused.context, NODE);
  expect(refused.seen.resumed).toEqual([]);
  expect(recorded.messages[0]).toMatchObject({
    kind: 'error',
    text: 'first.sft cannot go on like this: The state of the optimizer cannot be read: optimizer.pt: it is cut short.',
  });
  const rescued = await situation({ answer });
  recorded.nextPicked = ['From the weights alone'];
  await resume.run(rescued.context, NODE);
  expect(rescued.seen.resumed[0]).toMatchObject({ weightsOnly: true });
});

it('tells of a config that cannot be read where it would be needed, and goes on without it', async () => {
  const { seen, context } = await situation({
    answer: ({ withConfig }) => {
      if (withConfig) throw new Failure('config-not-found', { path: '/w/first.sft.yaml' });
      return {};
    },
  });
  recorded.nextPicked = [AS_BEFORE];
  await resume.run(context, NODE);
  expect(recorded.picks[0]?.lines[1]).toBe(
    `$(error) ${WITH_CONFIG} | There is no config at /w/first.sft.yaml.`,
  );
  expect(seen.resumed).toHaveLength(1);
});

it('offers to run anew where there is no checkpoint', async () => {
  const { context } = await situation({
    answer: () => {
      throw new Failure('no-checkpoint', { run: 'a' });
    },
  });
  recorded.nextPressed = 'Run Anew';
  await resume.run(context, NODE);
  expect(recorded.commands.at(-1)).toMatchObject({
    id: 'tunewright.run',
    arguments: [{ path: '/w/first.sft.yaml' }],
  });
});

it('asks for a secret that nobody has, and resumes with it', async () => {
  const { seen, context } = await situation({
    configText: `token: \${env:HUB_TOKEN}`,
    failure: new Failure('secret-missing', { name: 'HUB_TOKEN' }),
  });
  recorded.nextPicked = [AS_BEFORE];
  await resume.run(context, NODE);
  expect(seen.resumed.map(({ secrets }) => secrets)).toEqual([{}, { HUB_TOKEN: 'given' }]);
});

it('takes the interpreter that is chosen now where that of the last attempt is gone', async () => {
  const failure = new Failure('interpreter-not-found', { interpreter: '/old/python' });
  const { seen, context } = await situation({ failure });
  recorded.nextPicked = [AS_BEFORE];
  await resume.run(context, NODE);
  expect(seen.resumed.map(({ interpreter }) => interpreter)).toEqual([undefined, '/new/python']);
});

it('with a change: the config first, then the run is stopped, and goes on with the config as it is then', async () => {
  const { seen, context } = await situation({ run: { state: 'running' } });
  recorded.nextPressed = 'Stop and Resume…';
  recorded.nextPicked = [WITH_CONFIG];
  await resumeWithChange.run(context, NODE);
  expect(seen.isSaved).toBe(true);
  expect(seen.stopped).toEqual([{ root: ROOT, runId: 'a', when: 'now' }]);
  expect(recorded.picks[0]?.lines).toHaveLength(1);
  expect(seen.resumed[0]).toMatchObject({ withConfig: true });
});

it('goes on by the lens when the notification has long gone, and asks no more then', async () => {
  const { seen, context } = await situation({ run: { state: 'running' } });
  await resumeWithChange.run(context, NODE);
  expect(seen.stopped).toEqual([]);
  recorded.nextPicked = [WITH_CONFIG];
  await resumeWithThisConfig.run(context, NODE);
  expect(seen.resumed[0]).toMatchObject({ withConfig: true });
  expect(context.changes.has('/w/first.sft.yaml')).toBe(false);
});

it('asks before it stops a run whose config nobody was asked to change', async () => {
  const { seen, context } = await situation({ run: { state: 'running' } });
  await resumeWithThisConfig.run(context, NODE);
  expect(recorded.messages[0]?.buttons).toEqual(['Stop and Resume…']);
  expect(seen.stopped).toEqual([]);
});
