/** A run: its states, the files of its directory, and how it is summed up. */
import * as z from 'zod';
import { Alert } from './alert.ts';
import { ResumePoint } from './checkpoint.ts';
import { HealthPolicy } from './config.ts';
import { MetricNumber } from './number.ts';
import { ProcessIdentity } from './process.ts';
import { ExecutorName } from './targets.ts';
import { Task } from './task.ts';
import { ToolEnvironment } from './tool.ts';

export const RunState = z.enum([
  'queued',
  'starting',
  'running',
  'stopping',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
]);
export type RunState = z.infer<typeof RunState>;

/** States in which a process of the run may be alive or may still be started. */
export const LIVE_RUN_STATES: readonly RunState[] = ['queued', 'starting', 'running', 'stopping'];

/** The state machine. From an ended state only a new attempt leads on, except that a `lost` run may be found alive. */
export const RUN_TRANSITIONS: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['starting', 'failed', 'cancelled', 'lost'],
  starting: ['running', 'stopping', 'succeeded', 'failed', 'cancelled', 'lost'],
  running: ['stopping', 'succeeded', 'failed', 'cancelled', 'lost'],
  stopping: ['succeeded', 'failed', 'cancelled', 'lost'],
  succeeded: ['queued'],
  failed: ['queued'],
  cancelled: ['queued'],
  lost: ['queued', 'running', 'succeeded', 'failed', 'cancelled'],
};

export function isLive(state: RunState): boolean {
  return LIVE_RUN_STATES.includes(state);
}

/** What the config's own keys say of how an attempt is carried; an attempt by a changed config has others. */
export const AttemptTerms = z.object({
  /** How often a crashed run resumes by itself. */
  retries: z.int().optional(),
  /** The queue in which the run waits for devices, and how many it wants. */
  queue: z.string().optional(),
  devices: z.int().optional(),
  health: HealthPolicy.optional(),
});
export type AttemptTerms = z.infer<typeof AttemptTerms>;

/** `run.json`: what was asked for. Written once, never changed. */
export const RunIntent = z.object({
  format: z.literal(1),
  id: z.string(),
  /** The config's file name without its ending, or `tunewright.name`. */
  name: z.string(),
  /** Counts the runs of one name, from 1. */
  number: z.int(),
  task: Task,
  createdAtMs: z.int(),
  /** Absolute path of the config on the machine where the run was asked for. */
  configPath: z.string(),
  /** Folder against which the config's relative paths are read. */
  workingDirectory: z.string(),
  target: z.string().optional(),
  host: z.string(),
  executor: ExecutorName,
  tags: z.array(z.string()),
  bridgeVersion: z.string(),
  /** Of a run whose attempts have no `terms`: they are the same for all of them. */
  ...AttemptTerms.shape,
});
export type RunIntent = z.infer<typeof RunIntent>;

/** Why a state was reached, for a text in any language; `reason` beside it says the same in English. */
export const RunCauseCode = z.enum([
  'stopped',
  'stopped-at-checkpoint',
  'stopped-by-alert',
  'command-not-started',
  'exit-code',
  'engine-error',
  'signal',
  'killed',
  'lost',
  'restarted',
  'never-started',
  'supervisor-not-started',
  'secret-missing',
  'found-alive',
  'waits-in-queue',
  'retry',
  'retries-used-up',
  'same-failure',
  'no-checkpoint',
  'resumed',
]);
export type RunCauseCode = z.infer<typeof RunCauseCode>;

export const RunCause = z.object({
  code: RunCauseCode,
  /** Values for the text. */
  values: z.record(z.string(), z.string()),
});
export type RunCause = z.infer<typeof RunCause>;

/** `state.json`: where the run stands. Replaced atomically, after the event that says so is on disk. */
export const StateRecord = z.object({
  format: z.literal(1),
  state: RunState,
  attempt: z.int(),
  sinceMs: z.int(),
  /** Why the state was reached, where it needs a reason. */
  reason: z.string().optional(),
  cause: RunCause.optional(),
});
export type StateRecord = z.infer<typeof StateRecord>;

/** A line of `events.jsonl`. */
export const RunEvent = z.object({
  atMs: z.int(),
  attempt: z.int(),
  kind: z.enum([
    'state',
    'attempt',
    'stop-requested',
    'adopted',
    'alert',
    'alert-ended',
    'output-directory',
    'note',
  ]),
  state: RunState.optional(),
  detail: z.string().optional(),
  cause: RunCause.optional(),
  alert: Alert.optional(),
});
export type RunEvent = z.infer<typeof RunEvent>;

/** `attempts/<n>/command.json`: how the attempt is started. Holds names of environment variables, never values. */
export const AttemptCommand = z.object({
  format: z.literal(1),
  arguments: z.array(z.string()),
  workingDirectory: z.string(),
  /** Set for the engine in plain sight. */
  environment: z.record(z.string(), z.string()),
  /** Secrets: taken from the supervisor's own environment, and never written anywhere. */
  secretNames: z.array(z.string()),
  tool: ToolEnvironment,
  /** Where the engine writes: `attempts/<n>/output`, or the place that the config names. */
  outputDirectory: z.string(),
  /** The checkpoint from which the attempt goes on. */
  resumedFrom: ResumePoint.optional(),
  /** A retry waits this long before it starts. */
  startAfterSeconds: z.number().optional(),
  terms: AttemptTerms.optional(),
});
export type AttemptCommand = z.infer<typeof AttemptCommand>;

/** A data file as it was when the attempt was made. */
export const DatasetFingerprint = z.object({
  path: z.string(),
  sizeBytes: z.int(),
  /** Of the whole file, or of its beginning and end where it is large. */
  sha256: z.string(),
});
export type DatasetFingerprint = z.infer<typeof DatasetFingerprint>;

/** `attempts/<n>/provenance.json`: what the attempt was made from. */
export const Provenance = z.object({
  format: z.literal(1),
  startedAtMs: z.int(),
  configSha256: z.string(),
  bridgeVersion: z.string(),
  hostName: z.string(),
  platform: z.string(),
  pythonVersion: z.string().optional(),
  packages: z.record(z.string(), z.string()),
  gitCommit: z.string().optional(),
  datasets: z.array(DatasetFingerprint).optional(),
});
export type Provenance = z.infer<typeof Provenance>;

/** `attempts/<n>/recorder.json`: the processes that carry the attempt. */
export const RecorderRecord = z.object({
  format: z.literal(1),
  recorder: ProcessIdentity,
  trainer: ProcessIdentity,
  startedAtMs: z.int(),
});
export type RecorderRecord = z.infer<typeof RecorderRecord>;

/** `attempts/<n>/exit.json`: how the command ended, written by the recorder on the node where it ran. */
export const ExitRecord = z.object({
  format: z.literal(1),
  exitCode: z.int().optional(),
  signal: z.int().optional(),
  /** Why the command could not be started at all. */
  error: z.string().optional(),
  endedAtMs: z.int(),
});
export type ExitRecord = z.infer<typeof ExitRecord>;

/** `attempts/<n>/lease.json`: who supervises. The highest generation is right, whatever a scheduler believes. */
export const Lease = z.object({
  format: z.literal(1),
  generation: z.int(),
  supervisor: ProcessIdentity,
  takenAtMs: z.int(),
});
export type Lease = z.infer<typeof Lease>;

/** When a stop is carried out: at once, or when the next checkpoint is complete. */
export const StopWhen = z.enum(['now', 'next-checkpoint']);
export type StopWhen = z.infer<typeof StopWhen>;

/** `attempts/<n>/stop.json`: somebody asked the supervisor to stop the attempt. */
export const StopRequest = z.object({
  format: z.literal(1),
  requestedAtMs: z.int(),
  by: z.string(),
  /** At once where absent. */
  when: StopWhen.optional(),
  /** For `next-checkpoint`: the step of the newest complete checkpoint when it was asked for; a later one is waited for. */
  afterStep: z.int().optional(),
  /** Where an alert asked: its kind, and whether the run is to go on from its last good checkpoint. */
  alert: Alert.optional(),
});
export type StopRequest = z.infer<typeof StopRequest>;

/** How far a run has come, from the last line of the engine's metrics. */
export const RunProgress = z.object({
  step: z.int(),
  maxSteps: z.int().optional(),
  epoch: z.number().optional(),
  loss: MetricNumber.optional(),
  evalLoss: MetricNumber.optional(),
  remainingSeconds: z.number().optional(),
  secondsPerStep: z.number().optional(),
});
export type RunProgress = z.infer<typeof RunProgress>;

export const AttemptSummary = z.object({
  number: z.int(),
  startedAtMs: z.int().optional(),
  endedAtMs: z.int().optional(),
  exitCode: z.int().optional(),
  signal: z.int().optional(),
  outputDirectory: z.string().optional(),
  /** The environment that the attempt used. */
  tool: ToolEnvironment.optional(),
  resumedFrom: ResumePoint.optional(),
});
export type AttemptSummary = z.infer<typeof AttemptSummary>;

/** Why a run waits, for a text in any language. */
export const QueueWait = z.object({
  code: z.enum([
    /** `ahead`: how many wait before it. */
    'turn',
    /** `queue`, `run`: the run that waits first in another queue and came earlier. */
    'other-queue',
    /** `wanted`, `free`: other runs of queues hold the devices. */
    'devices-held',
    /** `wanted`, `free`, `devices`: programs outside the queues use them. */
    'devices-busy',
    /** `reason`: the devices of the host do not answer. */
    'devices-unknown',
    /** A retry that is not due yet; others go first meanwhile. */
    'retry',
    /** `reason`: its directory cannot be written; others go first meanwhile. */
    'storage',
    /** Its supervisor is gone; it keeps its place until somebody looks at the run. */
    'nobody',
  ]),
  values: z.record(z.string(), z.string()),
});
export type QueueWait = z.infer<typeof QueueWait>;

/** Where a run stands in its queue. */
export const QueuePlace = z.object({
  queue: z.string(),
  /** Among those that wait, from 1. */
  position: z.int(),
  waiting: z.int(),
  devicesWanted: z.int(),
  /** Why it waits; absent where only its own turn has to come, or is about to. */
  waitsFor: QueueWait.optional(),
});
export type QueuePlace = z.infer<typeof QueuePlace>;

/** A run in a list. */
export const RunSummary = z.object({
  id: z.string(),
  /** Absolute path of the run directory on its host. */
  directory: z.string(),
  name: z.string(),
  number: z.int(),
  task: Task,
  state: RunState,
  /** When the state was reached. */
  sinceMs: z.int().optional(),
  reason: z.string().optional(),
  cause: RunCause.optional(),
  attempt: z.int(),
  host: z.string(),
  executor: ExecutorName,
  configPath: z.string(),
  createdAtMs: z.int(),
  startedAtMs: z.int().optional(),
  endedAtMs: z.int().optional(),
  exitCode: z.int().optional(),
  progress: RunProgress.optional(),
  /** Of the latest attempt, the newest of each id; absent where there was none. */
  alerts: z.array(Alert).optional(),
  /** A stop that was asked for. */
  stopWhen: StopWhen.optional(),
  queuePlace: QueuePlace.optional(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** A run opened: the summary, the config as written (secrets redacted) and every attempt, oldest first. */
export const RunDetail = z.object({
  summary: RunSummary,
  configText: z.string(),
  attempts: z.array(AttemptSummary),
  /** Of every attempt, oldest first; absent where there was none. */
  alerts: z.array(Alert).optional(),
});
export type RunDetail = z.infer<typeof RunDetail>;
