/** What a series of measurements comes down to. */

export interface Spread {
  p50: number;
  p95: number;
}

function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) throw new Error('Nothing was measured.');
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

export function median(values: readonly number[]): number {
  return spread(values).p50;
}

export function spread(values: readonly number[]): Spread {
  const { p50, p95 } = exactSpread(values);
  return { p50: rounded(p50), p95: rounded(p95) };
}

export function exactSpread(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}
