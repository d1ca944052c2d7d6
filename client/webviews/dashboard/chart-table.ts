/** The table twin of a chart: the same buckets as rows, newest last, only the rows in sight in the page. */
import { t } from '@vscode/l10n';
import { element, setText } from '../lib/dom.ts';
import { formatCount } from '../lib/numbers.ts';
import { VirtualRows } from '../lib/virtual-rows.ts';
import { bucketText } from './legend.ts';
import { type Mark, marksByPoint } from './marks.ts';
import type { Scene } from './scene.ts';
import type { Bucket } from './series.ts';

const ROW_HEIGHT_PX = 22;

/** A row: the buckets that end at the same step, one column a line. */
interface Row {
  step: string;
  cells: string[];
}

export class ChartTable {
  readonly #head = element('div', { class: 'table-row table-head', attributes: { role: 'row' } });
  readonly #rows: VirtualRows;
  readonly #host: HTMLElement;
  #data: Row[] = [];

  constructor(host: HTMLElement) {
    this.#host = host;
    host.setAttribute('role', 'table');
    const body = element('div', { class: 'table-body', attributes: { role: 'rowgroup', tabindex: '0' } });
    host.append(this.#head, body);
    this.#rows = new VirtualRows(body, {
      rowHeightPx: ROW_HEIGHT_PX,
      createRow: () => element('div', { class: 'table-row', attributes: { role: 'row' } }),
      fillRow: (row, index) => {
        row.setAttribute('aria-rowindex', String(index + 2));
        const data = this.#data[index];
        fillCells(row, data === undefined ? [] : [data.step, ...data.cells], 'cell');
      },
    });
  }

  show(scene: Scene, setting: { language: string }, marks: readonly Mark[]): void {
    this.#data = rowsOf(scene, setting.language, marks);
    this.#host.setAttribute('aria-rowcount', String(this.#data.length + 1));
    const names = scene.lines.map((line) => line.series.name);
    const marked = marks.length > 0 ? [t('marks')] : [];
    fillCells(this.#head, [t('step'), ...names, ...marked], 'columnheader');
    this.#rows.setCount(this.#data.length);
  }
}

function fillCells(row: HTMLElement, texts: readonly string[], role: string): void {
  while (row.childElementCount > texts.length) row.lastElementChild?.remove();
  texts.forEach((text, index) => {
    const cell = row.children[index] ?? row.appendChild(element('span', { attributes: { role } }));
    setText(cell, text);
  });
}

/** Rows by ascending last step; a last column says what is marked where anything is. */
export function rowsOf(scene: Scene, language: string, marks: readonly Mark[] = []): Row[] {
  const byLastStep = new Map<number, (Bucket | undefined)[]>();
  scene.lines.forEach((line, column) => {
    for (const bucket of line.series.buckets) {
      const cells =
        byLastStep.get(bucket.lastStep) ?? new Array<Bucket | undefined>(scene.lines.length).fill(undefined);
      cells[column] = bucket;
      byLastStep.set(bucket.lastStep, cells);
    }
  });
  const rows = [...byLastStep].sort(([left], [right]) => left - right);
  const marked = marksByPoint(
    marks,
    rows.map(([lastStep]) => lastStep),
  );
  return rows.map(([lastStep, cells], index) => {
    const firstStep = cells.reduce((first, bucket) => Math.min(first, bucket?.firstStep ?? first), lastStep);
    const last = formatCount(lastStep, language);
    return {
      step: firstStep === lastStep ? last : t('{0} to {1}', formatCount(firstStep, language), last),
      cells: [
        ...cells.map((bucket) => (bucket === undefined ? '' : bucketText(bucket, false))),
        ...(marks.length === 0 ? [] : [textOf(marked[index] ?? [])]),
      ],
    };
  });
}

function textOf(marks: readonly Mark[]): string {
  return marks.map(({ text }) => text).join('; ');
}
