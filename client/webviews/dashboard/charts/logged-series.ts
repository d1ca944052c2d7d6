/** A chart for any series that has none of its own: a training series together with its `eval_` twin. */
import type { ChartDefinition } from './chart.ts';

const EVALUATION_PREFIX = 'eval_';
/**
 * How fast training and evaluating went: logged, but seldom what a person looks for.
 * source: transformers/trainer_utils.py: speed_metrics; swift/trainers/patcher.py: add_train_message
 */
const TIMING = /(^|_)(runtime|samples_per_second|steps_per_second|tokens_per_second|train_speed\(.*\))$/;

/** Charts of all series that are not `charted`, timings last. */
export function loggedSeriesCharts(
  names: readonly string[],
  charted: ReadonlySet<string>,
): ChartDefinition[] {
  const bases = new Map<string, string[]>();
  for (const name of names.filter((candidate) => !charted.has(candidate))) {
    const base = name.startsWith(EVALUATION_PREFIX) ? name.slice(EVALUATION_PREFIX.length) : name;
    bases.set(base, [...(bases.get(base) ?? []), name]);
  }
  return [...bases]
    .map(([base, members]) => chartOf(base, members))
    .sort(
      (left, right) => Number(isTiming(left)) - Number(isTiming(right)) || left.id.localeCompare(right.id),
    );
}

function chartOf(base: string, members: readonly string[]): ChartDefinition {
  const [only] = members;
  const title = members.length === 1 && only !== undefined ? only : base;
  return {
    id: `series-${base}`,
    title: () => title,
    lines: [...members].sort(trainFirst).map((series) => {
      const isEvaluation = series.startsWith(EVALUATION_PREFIX);
      return { series, role: isEvaluation ? 'evaluation' : 'train', isSmoothed: !isEvaluation };
    }),
  };
}

function trainFirst(left: string, right: string): number {
  return Number(left.startsWith(EVALUATION_PREFIX)) - Number(right.startsWith(EVALUATION_PREFIX));
}

/** True for a chart that shows nothing but how fast things went. */
export function isTiming(chart: ChartDefinition): boolean {
  return chart.lines.every((line) => TIMING.test(line.series));
}
