/** The JSON-RPC methods and notifications between the editor and the bridge. */
import * as z from 'zod';
import { ResumePreflight } from './checkpoint.ts';
import { HostSample } from './device.ts';
import { MetricPoint, SeriesBuckets } from './metric.ts';
import { QueueSummary } from './queue.ts';
import { RunDetail, RunProgress, RunSummary, StopWhen } from './run.ts';
import { EngineSchema } from './schema.ts';
import { DoctorReport, ToolEnvironment } from './tool.ts';

export const Empty = z.object({});
export type Empty = z.infer<typeof Empty>;

export const InitializeParams = z.object({
  /** Both sides speak the same protocol or none. */
  protocolHash: z.string(),
  clientName: z.string(),
});
export type InitializeParams = z.infer<typeof InitializeParams>;

export const InitializeResult = z.object({
  protocolHash: z.string(),
  bridgeVersion: z.string(),
  pythonVersion: z.string(),
  hostName: z.string(),
  platform: z.string(),
});
export type InitializeResult = z.infer<typeof InitializeResult>;

export const InspectParams = z.object({
  /** Absolute path, or a name to be found on PATH. */
  interpreter: z.string(),
});
export type InspectParams = z.infer<typeof InspectParams>;

export const SchemaParams = z.object({
  interpreter: z.string(),
  /** Ask the engine again even where the cache knows. */
  refresh: z.boolean().optional(),
});
export type SchemaParams = z.infer<typeof SchemaParams>;

export const SchemaResult = z.object({
  schema: EngineSchema,
  isFromCache: z.boolean(),
});
export type SchemaResult = z.infer<typeof SchemaResult>;

export const DoctorParams = z.object({ interpreter: z.string().optional() });
export type DoctorParams = z.infer<typeof DoctorParams>;

/** A folder of runs: `<workspace>/.tunewright/runs`. */
export const RunsRoot = z.object({ root: z.string() });
export type RunsRoot = z.infer<typeof RunsRoot>;

export const RunReference = z.object({ root: z.string(), runId: z.string() });
export type RunReference = z.infer<typeof RunReference>;

export const StartRunParams = z.object({
  root: z.string(),
  configPath: z.string(),
  interpreter: z.string(),
  /** Folder against which relative paths are read; the config's own folder otherwise. */
  workingDirectory: z.string().optional(),
  target: z.string().optional(),
  /** Values for `${env:NAME}` from the editor's secret storage, by name; passed on by environment only. */
  secrets: z.record(z.string(), z.string()).optional(),
});
export type StartRunParams = z.infer<typeof StartRunParams>;

export const StopRunParams = z.object({
  root: z.string(),
  runId: z.string(),
  /** At once where absent; asking again overrides an earlier `next-checkpoint`. */
  when: StopWhen.optional(),
});
export type StopRunParams = z.infer<typeof StopRunParams>;

export const PreflightParams = z.object({
  root: z.string(),
  runId: z.string(),
  /** Folder of the checkpoint; the newest good one of the run where absent. */
  checkpoint: z.string().optional(),
  /** Go on with the config file as it is now, rather than with what the last attempt got. */
  withConfig: z.boolean().optional(),
  /** Take the weights and the step alone, where the optimizer's state is damaged or not wanted. */
  weightsOnly: z.boolean().optional(),
});
export type PreflightParams = z.infer<typeof PreflightParams>;

export const ResumeRunParams = z.object({
  root: z.string(),
  runId: z.string(),
  checkpoint: z.string().optional(),
  withConfig: z.boolean().optional(),
  weightsOnly: z.boolean().optional(),
  /** That of the last attempt where absent. */
  interpreter: z.string().optional(),
  secrets: z.record(z.string(), z.string()).optional(),
});
export type ResumeRunParams = z.infer<typeof ResumeRunParams>;

export const QueueList = z.object({ queues: z.array(QueueSummary) });
export type QueueList = z.infer<typeof QueueList>;

export const MoveInQueueParams = z.object({
  root: z.string(),
  runId: z.string(),
  /** Among those that wait, from 1. */
  position: z.int(),
});
export type MoveInQueueParams = z.infer<typeof MoveInQueueParams>;

export const ListRunsParams = z.object({
  root: z.string(),
  /** Newest first; at most this many. */
  limit: z.int().optional(),
});
export type ListRunsParams = z.infer<typeof ListRunsParams>;

export const ListRunsResult = z.object({ runs: z.array(RunSummary), total: z.int() });
export type ListRunsResult = z.infer<typeof ListRunsResult>;

export const ResolveConfigParams = z.object({
  configPath: z.string(),
  workingDirectory: z.string().optional(),
});
export type ResolveConfigParams = z.infer<typeof ResolveConfigParams>;

export const ResolveConfigResult = z.object({
  /** The config that the engine would get, as YAML; secrets stay `${env:NAME}`. */
  resolvedText: z.string(),
  /** A shell line that runs it by hand. */
  shellCommand: z.string(),
});
export type ResolveConfigResult = z.infer<typeof ResolveConfigResult>;

export const CheckConfigParams = z.object({
  configPath: z.string(),
  interpreter: z.string(),
  /** What the editor holds, where that is to be judged rather than what is on the disk. */
  text: z.string().optional(),
});
export type CheckConfigParams = z.infer<typeof CheckConfigParams>;

/** Why the engine refuses here what the file alone is not to blame for. */
export const MachineLack = z.enum([
  'package',
  'device',
  'file',
  'network',
  'plugin',
  'time',
  'task',
  'model',
  'crash',
]);
export type MachineLack = z.infer<typeof MachineLack>;

/** What the engine itself says of a config. */
export const EngineVerdict = z.object({
  /** The first stage that refuses it. */
  stage: z.enum(['yaml', 'parser', 'class', 'accepted']),
  /** The engine's own words; empty where it accepts. */
  message: z.string(),
  /** The key that the refusal names, as it is written. */
  key: z.string().optional(),
  /** Line of that key, or of what cannot be read, from 1. */
  line: z.int().optional(),
  /** Absent where the file alone shows why it is refused. */
  machine: MachineLack.optional(),
  /** Models and adapters that are not on this disk, in whose place others were judged. */
  standIns: z.array(z.string()),
  /** Without the engine's start. */
  milliseconds: z.number(),
});
export type EngineVerdict = z.infer<typeof EngineVerdict>;

export const MetricsQuery = z.object({
  root: z.string(),
  runId: z.string(),
  /** All series where absent. */
  series: z.array(z.string()).optional(),
  fromStep: z.int().optional(),
  toStep: z.int().optional(),
  /** No series comes back with more buckets than this. */
  maxBuckets: z.int(),
});
export type MetricsQuery = z.infer<typeof MetricsQuery>;

export const MetricsResult = z.object({
  series: z.array(SeriesBuckets),
  progress: RunProgress.optional(),
});
export type MetricsResult = z.infer<typeof MetricsResult>;

export const LogQuery = z.object({
  root: z.string(),
  runId: z.string(),
  /** The latest where absent. */
  attempt: z.int().optional(),
  /** Byte offset to read from; the end less `maxBytes` where absent. */
  offset: z.int().optional(),
  maxBytes: z.int(),
});
export type LogQuery = z.infer<typeof LogQuery>;

/**
 * A piece of the console log of an attempt. A line that is no UTF-8 is read by the encoding of the locale, where that
 * names one; bytes that cannot be read come as U+FFFD.
 */
export const LogChunk = z.object({
  text: z.string(),
  /** Byte offsets of the piece in the log. It starts behind the offset asked for where that is no longer kept. */
  startOffset: z.int(),
  endOffset: z.int(),
  sizeBytes: z.int(),
});
export type LogChunk = z.infer<typeof LogChunk>;

export const RunsChanged = z.object({
  root: z.string(),
  changed: z.array(RunSummary),
  removed: z.array(z.string()),
  /** How many runs the root has now, those that are not listed included. */
  total: z.int(),
});
export type RunsChanged = z.infer<typeof RunsChanged>;

export const RunAppended = z.object({
  root: z.string(),
  runId: z.string(),
  points: z.array(MetricPoint),
  progress: RunProgress.optional(),
  log: LogChunk.optional(),
});
export type RunAppended = z.infer<typeof RunAppended>;

/** Requests from the editor. */
export const BRIDGE_METHODS = {
  initialize: { params: InitializeParams, result: InitializeResult },
  shutdown: { params: Empty, result: Empty },
  'environment/inspect': { params: InspectParams, result: ToolEnvironment },
  'environment/doctor': { params: DoctorParams, result: DoctorReport },
  'schema/get': { params: SchemaParams, result: SchemaResult },
  'config/resolve': { params: ResolveConfigParams, result: ResolveConfigResult },
  /** The engine's own verdict; its first answer takes as long as importing the engine. */
  'config/check': { params: CheckConfigParams, result: EngineVerdict },
  'runs/start': { params: StartRunParams, result: RunSummary },
  'runs/list': { params: ListRunsParams, result: ListRunsResult },
  'runs/get': { params: RunReference, result: RunDetail },
  'runs/stop': { params: StopRunParams, result: RunSummary },
  /** What a resume would do, and what speaks against it. Starts nothing. */
  'runs/preflight': { params: PreflightParams, result: ResumePreflight },
  /** Goes on from a checkpoint with a new attempt of the same run. */
  'runs/resume': { params: ResumeRunParams, result: RunSummary },
  'queue/list': { params: Empty, result: QueueList },
  'queue/move': { params: MoveInQueueParams, result: QueueList },
  /** Watches a root: changes come as `runs/changed` until the connection ends or the root is no longer watched. */
  'runs/watch': { params: ListRunsParams, result: ListRunsResult },
  'runs/unwatch': { params: RunsRoot, result: Empty },
  'runs/log': { params: LogQuery, result: LogChunk },
  /** Follows one run: metrics and console text come as `runs/appended`. */
  'runs/follow': { params: RunReference, result: Empty },
  'runs/unfollow': { params: RunReference, result: Empty },
  'metrics/query': { params: MetricsQuery, result: MetricsResult },
  'devices/read': { params: Empty, result: HostSample },
  /** Starts `devices/changed`, about every two seconds. */
  'devices/watch': { params: Empty, result: HostSample },
  'devices/unwatch': { params: Empty, result: Empty },
} as const;

/** Notifications from the bridge. */
export const BRIDGE_NOTIFICATIONS = {
  'runs/changed': RunsChanged,
  'runs/appended': RunAppended,
  'devices/changed': HostSample,
} as const;

export type BridgeMethod = keyof typeof BRIDGE_METHODS;
export type BridgeNotification = keyof typeof BRIDGE_NOTIFICATIONS;
export type BridgeParams<M extends BridgeMethod> = z.infer<(typeof BRIDGE_METHODS)[M]['params']>;
export type BridgeResult<M extends BridgeMethod> = z.infer<(typeof BRIDGE_METHODS)[M]['result']>;
export type BridgeNotice<N extends BridgeNotification> = z.infer<(typeof BRIDGE_NOTIFICATIONS)[N]>;
