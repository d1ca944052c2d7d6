/** A curve in a handful of characters. */

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** At most `width` blocks, each the mean of its share of the values, scaled between the lowest and highest mean. */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return '';
  const means = meansOfShares(finite, Math.min(width, finite.length));
  const lowest = Math.min(...means);
  const span = Math.max(...means) - lowest;
  return means
    .map((mean) => {
      const height = span === 0 ? 0 : (mean - lowest) / span;
      return BLOCKS[Math.round(height * (BLOCKS.length - 1))] ?? '';
    })
    .join('');
}

function meansOfShares(values: readonly number[], shares: number): number[] {
  return Array.from({ length: shares }, (_, share) => {
    const first = Math.floor((share * values.length) / shares);
    const end = Math.floor(((share + 1) * values.length) / shares);
    const part = values.slice(first, end);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
