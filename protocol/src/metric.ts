/** Metrics as they travel: raw points while a run is live, buckets of extremes for whatever is longer than the screen is wide. */
import * as z from 'zod';
import { MetricNumber } from './number.ts';

/** One line of the engine's metrics: everything logged at one step. */
export const MetricPoint = z.object({
  step: z.int(),
  epoch: z.number().optional(),
  values: z.record(z.string(), MetricNumber),
});
export type MetricPoint = z.infer<typeof MetricPoint>;

/**
 * A series cut into consecutive buckets of steps; all arrays have one element a bucket.
 * A bucket keeps its extremes with their steps, so that no spike is lost however coarse the view.
 * The epoch of each step is a series of its own, named `epoch`.
 */
export const SeriesBuckets = z.object({
  name: z.string(),
  /** Points behind the buckets. */
  pointCount: z.int(),
  /** Points of each bucket, and how many of those were no finite number. */
  counts: z.array(z.int()),
  nonFiniteCounts: z.array(z.int()),
  /** Step of each bucket's first and last point. */
  firstSteps: z.array(z.int()),
  lastSteps: z.array(z.int()),
  /** Extremes and mean of the finite points; `NaN`, at the first step, where a bucket has none. */
  minimums: z.array(MetricNumber),
  minimumSteps: z.array(z.int()),
  maximums: z.array(MetricNumber),
  maximumSteps: z.array(z.int()),
  means: z.array(MetricNumber),
  /** Value of each bucket's last point. */
  lasts: z.array(MetricNumber),
});
export type SeriesBuckets = z.infer<typeof SeriesBuckets>;
