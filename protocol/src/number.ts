/** How a metric's number crosses a boundary: JSON has no NaN or infinities, so those travel as words. */
import * as z from 'zod';

/** A finite number, or one of the three words Python's `json` writes for the others. */
export const MetricNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
export type MetricNumber = z.infer<typeof MetricNumber>;

/** The IEEE 754 value that an encoded number stands for. */
export function fromMetricNumber(encoded: MetricNumber): number {
  return typeof encoded === 'number' ? encoded : Number(encoded);
}

/** The encoded form of any IEEE 754 value. */
export function toMetricNumber(value: number): MetricNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}
