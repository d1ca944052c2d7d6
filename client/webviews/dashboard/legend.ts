/** The legend of a chart: each line with its name and its value at the crosshair, or its last value. */
import { t } from '@vscode/l10n';
import { element, setText } from '../lib/dom.ts';
import { formatValue } from '../lib/numbers.ts';
import type { Scene, SceneLine } from './scene.ts';
import type { Bucket } from './series.ts';

interface Entry {
  root: HTMLElement;
  name: HTMLElement;
  value: HTMLElement;
  smoothed: HTMLElement;
  note: HTMLElement;
}

export class Legend {
  readonly root = element('ul', { class: 'legend' });
  readonly #entries = new Map<string, Entry>();

  /** Shows values at the step, or the last ones. */
  show(scene: Scene, step: number | undefined): void {
    for (const line of scene.lines) {
      const entry = this.#entry(line);
      const position = positionAt(line, step);
      const bucket = line.series.buckets[position];
      const smoothed = line.smoothed?.[position];
      setText(entry.name, scene.lines.length === 1 ? '' : nameOf(line));
      setText(entry.value, bucket === undefined ? '' : bucketText(bucket, step === undefined));
      setText(entry.smoothed, smoothed === undefined ? '' : t('smoothed {0}', formatValue(smoothed)));
      setText(entry.note, notes(line).join(', '));
      entry.root.setAttribute('data-points', String(line.series.pointCount));
      entry.root.setAttribute('data-non-finite', String(line.series.nonFiniteCount));
    }
    const shown = new Set(scene.lines.map((line) => line.series.name));
    for (const [name, entry] of this.#entries) entry.root.hidden = !shown.has(name);
  }

  /** The same in words, one part a line. */
  spoken(scene: Scene, step: number): string[] {
    return scene.lines.flatMap((line) => {
      const bucket = line.series.buckets[positionAt(line, step)];
      return bucket === undefined ? [] : [`${nameOf(line)} ${bucketText(bucket, false)}`];
    });
  }

  #entry(line: SceneLine): Entry {
    const known = this.#entries.get(line.series.name);
    if (known !== undefined) return known;
    const entry: Entry = {
      root: element('li', { class: `legend-entry ${line.definition.role}` }),
      name: element('span', { class: 'legend-name' }),
      value: element('span', { class: 'legend-value' }),
      smoothed: element('span', { class: 'legend-smoothed' }),
      note: element('span', { class: 'legend-note' }),
    };
    entry.root.setAttribute('data-series', line.series.name);
    const swatch = element('span', { class: 'swatch', attributes: { 'aria-hidden': 'true' } });
    entry.root.append(swatch, entry.name, entry.value, entry.smoothed, entry.note);
    this.#entries.set(line.series.name, entry);
    this.root.append(entry.root);
    return entry;
  }
}

function positionAt(line: SceneLine, step: number | undefined): number {
  return step === undefined ? line.series.buckets.length - 1 : line.series.nearestPosition(step);
}

function nameOf(line: SceneLine): string {
  return line.definition.role === 'evaluation' ? t('eval') : t('train');
}

/** One value, or the extremes of a bucket that holds several. */
export function bucketText(bucket: Bucket, isLast: boolean): string {
  if (isLast || bucket.count === 1) return formatValue(bucket.last);
  if (bucket.count === bucket.nonFiniteCount) return formatValue(Number.NaN);
  return t('{0} to {1}', formatValue(bucket.minimum), formatValue(bucket.maximum));
}

function notes(line: SceneLine): string[] {
  const found: string[] = [];
  if (line.series.nonFiniteCount > 0) found.push(t('▲ {0} not finite', line.series.nonFiniteCount));
  if (line.hiddenCount > 0) found.push(t('{0} not above zero', line.hiddenCount));
  return found;
}
