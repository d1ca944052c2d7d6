/** Turns buckets into the columns that a chart draws: every extreme at its own step, gaps where there is no number. */
import type { Bucket } from './series.ts';

/** Values by ascending steps. `null` is a gap in the line. */
export interface Line {
  steps: number[];
  values: (number | null)[];
}

/** Several lines on the union of their steps. `undefined`: the line has no point there and passes through. */
export interface AlignedLines {
  steps: number[];
  columns: (number | null | undefined)[][];
}

/** The line through the extremes of each bucket, in the order in which they happened, and through the very last point. */
export function extremesLine(buckets: readonly Bucket[]): Line {
  const line: Line = { steps: [], values: [] };
  for (const bucket of buckets) {
    if (bucket.count === bucket.nonFiniteCount) {
      add(line, bucket.firstStep, null);
      continue;
    }
    const isMinimumFirst = bucket.minimumStep <= bucket.maximumStep;
    add(
      line,
      isMinimumFirst ? bucket.minimumStep : bucket.maximumStep,
      isMinimumFirst ? bucket.minimum : bucket.maximum,
    );
    add(
      line,
      isMinimumFirst ? bucket.maximumStep : bucket.minimumStep,
      isMinimumFirst ? bucket.maximum : bucket.minimum,
    );
  }
  const last = buckets.at(-1);
  if (last !== undefined && Number.isFinite(last.last)) add(line, last.lastStep, last.last);
  return line;
}

/** The line through one value a bucket, at the bucket's last step. */
export function valuesLine(buckets: readonly Bucket[], values: readonly (number | undefined)[]): Line {
  const line: Line = { steps: [], values: [] };
  buckets.forEach((bucket, index) => {
    add(line, bucket.lastStep, values[index] ?? null);
  });
  return line;
}

function add(line: Line, step: number, value: number | null): void {
  if (line.steps.at(-1) === step) return;
  line.steps.push(step);
  line.values.push(value);
}

/** A logarithmic axis has no place for zero and less: those become gaps. */
export function positiveOnly(line: Line): Line {
  return {
    steps: line.steps,
    values: line.values.map((value) => (value !== null && value > 0 ? value : null)),
  };
}

/** Brings lines onto common steps. */
export function alignLines(lines: readonly Line[]): AlignedLines {
  const steps = unionOf(lines.map((line) => line.steps));
  const columns = lines.map((line) => {
    const column: (number | null | undefined)[] = new Array(steps.length).fill(undefined);
    let position = 0;
    for (let index = 0; index < line.steps.length; index += 1) {
      const step = line.steps[index];
      while (position < steps.length && steps[position] !== step) position += 1;
      column[position] = line.values[index] ?? null;
    }
    return column;
  });
  return { steps, columns };
}

function unionOf(lists: readonly (readonly number[])[]): number[] {
  const positions = lists.map(() => 0);
  const union: number[] = [];
  for (;;) {
    let lowest = Number.POSITIVE_INFINITY;
    lists.forEach((list, index) => {
      lowest = Math.min(lowest, list[positions[index] ?? 0] ?? Number.POSITIVE_INFINITY);
    });
    if (lowest === Number.POSITIVE_INFINITY) return union;
    union.push(lowest);
    lists.forEach((list, index) => {
      const position = positions[index] ?? 0;
      if (list[position] === lowest) positions[index] = position + 1;
    });
  }
}
