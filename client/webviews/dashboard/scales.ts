/** Ranges and ticks of the axes: pure arithmetic. */

/** Room above and below the values, as a part of their spread. */
const PADDING = 0.06;
/** Values that start in the lowest third of their size are shown from zero. */
const NEAR_ZERO = 0.35;
/** A spread below this part of the values is rounding, such as between a first point and its own average. */
const FLAT = 1e-9;

/** The range of a linear y axis around the values shown. */
export function linearRange(minimum: number | null, maximum: number | null): [number, number] {
  if (minimum === null || maximum === null) return [0, 1];
  const size = Math.max(Math.abs(minimum), Math.abs(maximum));
  if (maximum - minimum <= size * FLAT) {
    const room = size * 0.1 || 1;
    return [minimum - room, maximum + room];
  }
  const room = (maximum - minimum) * PADDING;
  const isNearZero = minimum >= 0 && minimum < maximum * NEAR_ZERO;
  return [isNearZero ? 0 : minimum - room, maximum + room];
}

/** The range of a logarithmic y axis around positive values. */
export function logRange(minimum: number | null, maximum: number | null): [number, number] {
  if (minimum === null || maximum === null || minimum <= 0) return [0.1, 1];
  const room = (maximum / minimum) ** PADDING;
  const factor = Math.max(room, 1.05);
  return [minimum / factor, maximum * factor];
}

/** About `wanted` round numbers between the ends, the ends included where they are round. */
export function linearTicks(minimum: number, maximum: number, wanted: number): number[] {
  const step = niceStep((maximum - minimum) / Math.max(1, wanted));
  if (!(step > 0)) return [minimum];
  const ticks: number[] = [];
  const first = Math.ceil(minimum / step - 1e-9);
  const last = Math.floor(maximum / step + 1e-9);
  // Beyond the whole numbers that a double can hold, counting would not come forward.
  if (!(Math.max(Math.abs(first), Math.abs(last)) < Number.MAX_SAFE_INTEGER)) return [minimum];
  for (let count = first; count <= last; count += 1) ticks.push(rounded(count * step));
  return ticks;
}

/** Round numbers between the ends of a logarithmic axis: decades, their halves and fifths, or linear ticks within one decade. */
export function logTicks(minimum: number, maximum: number, wanted: number): number[] {
  const decades = Math.log10(maximum / minimum);
  if (decades < 1) return linearTicks(minimum, maximum, wanted).filter((tick) => tick > 0);
  const mantissas = decades * 3 <= wanted * 1.5 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / wanted));
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(minimum)); power <= Math.ceil(Math.log10(maximum)); power += 1) {
    if (mantissas.length === 1 && power % every !== 0) continue;
    for (const mantissa of mantissas) {
      const tick = rounded(mantissa * 10 ** power);
      if (tick >= minimum && tick <= maximum) ticks.push(tick);
    }
  }
  return ticks;
}

/** Ticks of the step axis: whole steps only. */
export function stepTicks(minimum: number, maximum: number, wanted: number): number[] {
  return linearTicks(minimum, maximum, Math.min(wanted, Math.max(1, maximum - minimum))).filter(
    Number.isInteger,
  );
}

/** The smallest of 1, 2, 5 times a power of ten that is not much below the given distance. */
function niceStep(distance: number): number {
  const power = 10 ** Math.floor(Math.log10(distance));
  const nice = [1, 2, 5, 10].find((factor) => factor * power >= distance * 0.75) ?? 10;
  return nice * power;
}

/** Takes away what binary floating point adds to decimal numbers. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
