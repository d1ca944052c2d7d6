/** Messages between a webview and the panel that hosts it. */
import * as z from 'zod';
import { Alert } from './alert.ts';
import { LogChunk, MetricsResult } from './bridge.ts';
import { HostSample } from './device.ts';
import { MetricPoint } from './metric.ts';
import { RunDetail, RunProgress, RunSummary } from './run.ts';

/** An alert with its words in the editor's language. */
export const ShownAlert = z.object({
  alert: Alert,
  /** What happened, in a few words. */
  title: z.string(),
  /** What that means, with its values. */
  meaning: z.string(),
  nextStep: z.string().optional(),
  /** What was done about it, where more than telling. */
  done: z.string().optional(),
});
export type ShownAlert = z.infer<typeof ShownAlert>;

/** Panel to dashboard. */
export const ToDashboard = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    run: RunDetail,
    /** Why the run is in its state, in the editor's language. */
    reason: z.string().optional(),
    /** Of every attempt, oldest first. */
    alerts: z.array(ShownAlert).optional(),
    metrics: MetricsResult,
    log: LogChunk,
    /** Texts of the editor's language. */
    l10nBundle: z.record(z.string(), z.string()),
  }),
  z.object({
    type: z.literal('run'),
    run: RunSummary,
    reason: z.string().optional(),
    /** Of the latest attempt. */
    alerts: z.array(ShownAlert).optional(),
  }),
  z.object({
    type: z.literal('appended'),
    points: z.array(MetricPoint),
    progress: RunProgress.optional(),
    log: LogChunk.optional(),
  }),
  z.object({ type: z.literal('metrics'), requestId: z.int(), metrics: MetricsResult }),
  z.object({ type: z.literal('devices'), sample: HostSample }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);
export type ToDashboard = z.infer<typeof ToDashboard>;

/** What a dashboard asks of its panel. */
export const DashboardCommand = z.enum([
  'stop',
  'stop-at-checkpoint',
  'resume',
  'resume-with-change',
  'open-config',
  'open-folder',
  'open-log',
  'copy-command',
]);
export type DashboardCommand = z.infer<typeof DashboardCommand>;

/** Dashboard to panel. */
export const FromDashboard = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), maxBuckets: z.int() }),
  z.object({
    type: z.literal('query'),
    requestId: z.int(),
    fromStep: z.int().optional(),
    toStep: z.int().optional(),
    maxBuckets: z.int(),
  }),
  z.object({
    type: z.literal('command'),
    command: DashboardCommand,
    /** For `open-log`: the byte whose line is to be shown, and the attempt in whose log it is. */
    logOffset: z.int().optional(),
    attempt: z.int().optional(),
    /** For `resume`: the folder of the checkpoint to go on from. */
    checkpoint: z.string().optional(),
  }),
  z.object({ type: z.literal('drawn'), series: z.string(), pointCount: z.int() }),
]);
export type FromDashboard = z.infer<typeof FromDashboard>;
