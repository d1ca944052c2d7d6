/** Numbers as a person reads them: metric values, counts, bytes, percent. Durations live in durations.ts. */

const KIB = 1024;
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A metric's value with about four significant digits: `0.4213`, `12.3`, `1.5e-4`, `NaN`. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return shortExponent(value.toExponential(2));
  if (size >= 1000) return trimZeros(value.toFixed(1));
  return trimZeros(value.toPrecision(4));
}

/** `5.00e-4` is `5e-4`, `1.50e+6` is `1.5e6`. */
function shortExponent(text: string): string {
  const [mantissa = '', exponent = ''] = text.split('e');
  return `${trimZeros(mantissa)}e${exponent.replace('+', '')}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Labels of an axis: all with the digits that tell neighbours apart. */
export function formatTicks(ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest > 0 && (largest < 0.01 || largest >= 1e6)) {
    return ticks.map((tick) => (tick === 0 ? '0' : shortExponent(tick.toExponential(2))));
  }
  const gaps = ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0));
  const smallestGap = Math.min(...gaps.filter((gap) => gap > 0));
  const digits = Number.isFinite(smallestGap) ? Math.max(0, -Math.floor(Math.log10(smallestGap) + 1e-9)) : 2;
  return ticks.map((tick) => (tick === 0 ? '0' : tick.toFixed(Math.min(digits, 8))));
}

/** `12,480` in the reader's language. */
export function formatCount(count: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(count);
}

/** `6.1 GiB`; binary units, as memory is sold and reported. */
export function formatBytes(bytes: number): string {
  const power = bytes < KIB ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), BYTE_UNITS.length - 1);
  const scaled = bytes / KIB ** power;
  return `${power === 0 || scaled >= 100 ? scaled.toFixed(0) : scaled.toFixed(1)} ${BYTE_UNITS[power]}`;
}

/** `6.1 of 24.0 GiB`: both numbers in the unit of the larger. */
export function bytesOfTotal(usedBytes: number, totalBytes: number): { used: string; total: string } {
  const total = formatBytes(totalBytes);
  const unit = total.split(' ')[1] ?? 'B';
  const scaled = usedBytes / KIB ** BYTE_UNITS.indexOf(unit);
  return { used: scaled >= 100 || unit === 'B' ? scaled.toFixed(0) : scaled.toFixed(1), total };
}

/** `38 %`. */
export function formatPercent(percent: number): string {
  return `${percent.toFixed(0)} %`;
}
