/** Alerts: what the supervisor notices about a live run that a person should know, and what is done about it. */
import * as z from 'zod';

/** Spelled like the keys of `tunewright.health.alerts` in a config, which name the same things. */
export const AlertKind = z.enum([
  'nan',
  'zero_loss',
  'divergence',
  'hang',
  'idle_device',
  'memory_growth',
  'slowdown',
  'disk_full',
  'out_of_memory',
  'engine_failure',
  'plateau',
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** A hint is worth a look; an alert costs the run something while nobody looks. */
export const AlertSeverity = z.enum(['alert', 'hint']);
export type AlertSeverity = z.infer<typeof AlertSeverity>;

/** `resume`: stop, and go on from the last good checkpoint with a new attempt. */
export const HealthAction = z.enum(['ignore', 'notify', 'stop', 'resume']);
export type HealthAction = z.infer<typeof HealthAction>;

export const Alert = z.object({
  /** Unique among the alerts of an attempt: the kind, and what it is about where there can be several. */
  id: z.string(),
  kind: AlertKind,
  severity: AlertSeverity,
  attempt: z.int(),
  atMs: z.int(),
  /** When what it tells of was over. */
  endedAtMs: z.int().optional(),
  /** The step and the series on whose curve it is shown. */
  step: z.int().optional(),
  series: z.string().optional(),
  /** Which entry of the table of known failures, or which device. */
  subject: z.string().optional(),
  /** Values for the text. */
  values: z.record(z.string(), z.string()),
  /** What was done about it. */
  action: HealthAction,
  /** Byte offset of the line of the console log that belongs to it. */
  logOffset: z.int().optional(),
});
export type Alert = z.infer<typeof Alert>;

/** `attempts/<n>/health.json`: the latest alert of each id. Replaced atomically, after the event that says so. */
export const HealthRecord = z.object({ format: z.literal(1), alerts: z.array(Alert) });
export type HealthRecord = z.infer<typeof HealthRecord>;
