/** One metric of a run in bounded memory: buckets of extremes that take live points and never lose a spike. */

import type { SeriesBuckets } from '../../../protocol/src/metric.ts';
import { fromMetricNumber, type MetricNumber } from '../../../protocol/src/number.ts';

/** One bucket, read out. `minimum` and `maximum` are NaN where no point of it is finite. */
export interface Bucket {
  count: number;
  nonFiniteCount: number;
  firstStep: number;
  lastStep: number;
  minimum: number;
  minimumStep: number;
  maximum: number;
  maximumStep: number;
  mean: number;
  last: number;
}

/**
 * Consecutive buckets with at most `pointsPerBucket` points each. When a bucket too many would be needed,
 * neighbours merge in pairs and `pointsPerBucket` doubles, so that there are never more than `maxBuckets`.
 */
export class BucketSeries {
  readonly name: string;
  readonly maxBuckets: number;
  #buckets: Bucket[];
  #pointsPerBucket: number;
  #pointCount: number;
  #nonFiniteCount: number;

  private constructor(name: string, maxBuckets: number, buckets: Bucket[]) {
    this.name = name;
    this.maxBuckets = Math.max(2, maxBuckets);
    this.#buckets = buckets;
    this.#pointsPerBucket = buckets.reduce((most, bucket) => Math.max(most, bucket.count), 1);
    this.#pointCount = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    this.#nonFiniteCount = buckets.reduce((sum, bucket) => sum + bucket.nonFiniteCount, 0);
    while (this.#buckets.length > this.maxBuckets) this.#halve();
  }

  static empty(name: string, maxBuckets: number): BucketSeries {
    return new BucketSeries(name, maxBuckets, []);
  }

  /** The buckets that the bridge sent. Columns of different lengths are cut to the shortest. */
  static fromWire(wire: SeriesBuckets, maxBuckets: number): BucketSeries {
    const buckets: Bucket[] = [];
    for (let index = 0; index < wire.counts.length; index += 1) {
      const bucket = bucketOf(wire, index);
      if (bucket === undefined) break;
      buckets.push(bucket);
    }
    return new BucketSeries(wire.name, maxBuckets, buckets);
  }

  get buckets(): readonly Bucket[] {
    return this.#buckets;
  }

  /** Points behind the buckets. */
  get pointCount(): number {
    return this.#pointCount;
  }

  get nonFiniteCount(): number {
    return this.#nonFiniteCount;
  }

  get firstStep(): number | undefined {
    return this.#buckets[0]?.firstStep;
  }

  get lastStep(): number | undefined {
    return this.#buckets.at(-1)?.lastStep;
  }

  /** Adds a point behind the last one; false where its step is not behind it, and then nothing changes. */
  append(step: number, value: number): boolean {
    const last = this.#buckets.at(-1);
    if (last !== undefined && step <= last.lastStep) return false;
    this.#pointCount += 1;
    if (!Number.isFinite(value)) this.#nonFiniteCount += 1;
    const point = bucketOfPoint(step, value);
    if (last !== undefined && last.count < this.#pointsPerBucket) {
      this.#buckets[this.#buckets.length - 1] = merged(last, point);
      return true;
    }
    this.#buckets.push(point);
    if (this.#buckets.length > this.maxBuckets) this.#halve();
    return true;
  }

  /** Position of the bucket that holds the step or, between buckets and outside, of the nearest; -1 where there is none. */
  nearestPosition(step: number): number {
    let low = 0;
    let high = this.#buckets.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#buckets[middle]?.lastStep ?? 0) < step) low = middle + 1;
      else high = middle;
    }
    const found = this.#buckets[low];
    const before = this.#buckets[low - 1];
    if (found === undefined) return -1;
    return before !== undefined && step - before.lastStep < found.firstStep - step ? low - 1 : low;
  }

  /** The bucket with the lowest finite value. */
  lowest(): Bucket | undefined {
    let best: Bucket | undefined;
    for (const bucket of this.#buckets) {
      if (Number.isFinite(bucket.minimum) && (best === undefined || bucket.minimum < best.minimum))
        best = bucket;
    }
    return best;
  }

  #halve(): void {
    const halved: Bucket[] = [];
    for (let index = 0; index < this.#buckets.length; index += 2) {
      const left = this.#buckets[index];
      const right = this.#buckets[index + 1];
      if (left !== undefined) halved.push(right === undefined ? left : merged(left, right));
    }
    this.#buckets = halved;
    this.#pointsPerBucket *= 2;
  }
}

function bucketOf(wire: SeriesBuckets, index: number): Bucket | undefined {
  const count = wire.counts[index];
  const nonFiniteCount = wire.nonFiniteCounts[index];
  const firstStep = wire.firstSteps[index];
  const lastStep = wire.lastSteps[index];
  const minimumStep = wire.minimumSteps[index];
  const maximumStep = wire.maximumSteps[index];
  const [minimum, maximum, mean, last] = [
    decoded(wire.minimums[index]),
    decoded(wire.maximums[index]),
    decoded(wire.means[index]),
    decoded(wire.lasts[index]),
  ];
  if (
    count === undefined ||
    nonFiniteCount === undefined ||
    firstStep === undefined ||
    lastStep === undefined
  ) {
    return undefined;
  }
  if (minimumStep === undefined || maximumStep === undefined) return undefined;
  if (minimum === undefined || maximum === undefined || mean === undefined || last === undefined)
    return undefined;
  return {
    count,
    nonFiniteCount,
    firstStep,
    lastStep,
    minimum,
    minimumStep,
    maximum,
    maximumStep,
    mean,
    last,
  };
}

function decoded(encoded: MetricNumber | undefined): number | undefined {
  return encoded === undefined ? undefined : fromMetricNumber(encoded);
}

function bucketOfPoint(step: number, value: number): Bucket {
  const finite = Number.isFinite(value) ? value : Number.NaN;
  return {
    count: 1,
    nonFiniteCount: Number.isFinite(value) ? 0 : 1,
    firstStep: step,
    lastStep: step,
    minimum: finite,
    minimumStep: step,
    maximum: finite,
    maximumStep: step,
    mean: finite,
    last: value,
  };
}

/** Two neighbours as one; `left` comes first. */
function merged(left: Bucket, right: Bucket): Bucket {
  const leftFinite = left.count - left.nonFiniteCount;
  const rightFinite = right.count - right.nonFiniteCount;
  const lower = leftFinite === 0 || (rightFinite > 0 && right.minimum < left.minimum) ? right : left;
  const higher = leftFinite === 0 || (rightFinite > 0 && right.maximum > left.maximum) ? right : left;
  const finite = leftFinite + rightFinite;
  const sum = (leftFinite && left.mean * leftFinite) + (rightFinite && right.mean * rightFinite);
  return {
    count: left.count + right.count,
    nonFiniteCount: left.nonFiniteCount + right.nonFiniteCount,
    firstStep: left.firstStep,
    lastStep: right.lastStep,
    minimum: lower.minimum,
    minimumStep: finite === 0 ? left.firstStep : lower.minimumStep,
    maximum: higher.maximum,
    maximumStep: finite === 0 ? left.firstStep : higher.maximumStep,
    mean: finite === 0 ? Number.NaN : sum / finite,
    last: right.last,
  };
}
