/** Messages between a webview and the panel that hosts it. */
import * as z from 'zod';
import { LogChunk, MetricsResult } from './bridge.ts';
import { HostSample } from './device.ts';
import { MetricPoint } from './metric.ts';
import { RunDetail, RunProgress, RunSummary } from './run.ts';

/** Panel to dashboard. */
export const ToDashboard = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    run: RunDetail,
    metrics: MetricsResult,
    log: LogChunk,
    /** Texts of the editor's language. */
    l10nBundle: z.record(z.string(), z.string()),
  }),
  z.object({ type: z.literal('run'), run: RunSummary }),
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
export const DashboardCommand = z.enum(['stop', 'open-config', 'open-folder', 'open-log', 'copy-command']);
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
  z.object({ type: z.literal('command'), command: DashboardCommand }),
  z.object({ type: z.literal('drawn'), series: z.string(), pointCount: z.int() }),
]);
export type FromDashboard = z.infer<typeof FromDashboard>;
