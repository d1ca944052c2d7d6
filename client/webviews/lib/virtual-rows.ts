/** A scrolling list that keeps only the rows in sight in the DOM, so that a million rows scroll like ten. */

export interface VirtualRowsOptions {
  rowHeightPx: number;
  /** Makes an empty row; rows are used again while scrolling. */
  createRow: () => HTMLElement;
  fillRow: (row: HTMLElement, index: number) => void;
}

/** Rows drawn above and below what is in sight, so that a fast scroll shows no blank. */
const SPARE_ROWS = 8;
/** Browsers stop laying out boxes somewhere above this height; past it the scrollbar is scaled. */
const MAX_HEIGHT_PX = 8_000_000;

export class VirtualRows {
  /** Scrolls; the caller gives it a height. */
  readonly root: HTMLElement;
  /** Holds the rows; as wide as the widest row shown so far. */
  readonly content: HTMLElement;
  readonly #options: VirtualRowsOptions;
  readonly #rows: HTMLElement[] = [];
  #count = 0;

  constructor(root: HTMLElement, options: VirtualRowsOptions) {
    this.root = root;
    this.#options = options;
    this.content = document.createElement('div');
    this.content.className = 'virtual-content';
    root.classList.add('virtual');
    root.append(this.content);
    root.addEventListener('scroll', () => this.render(), { passive: true });
    new ResizeObserver(() => this.render()).observe(root);
  }

  get count(): number {
    return this.#count;
  }

  /** True while the last row is in sight. */
  get isAtEnd(): boolean {
    return this.root.scrollTop + this.root.clientHeight >= this.root.scrollHeight - this.#options.rowHeightPx;
  }

  setCount(count: number): void {
    this.#count = count;
    this.content.style.height = `${Math.min(count * this.#options.rowHeightPx, MAX_HEIGHT_PX)}px`;
    this.render();
  }

  scrollToEnd(): void {
    this.root.scrollTop = this.root.scrollHeight;
    this.render();
  }

  /** Fills the rows in sight again. */
  render(): void {
    const height = this.#options.rowHeightPx;
    const inSight = Math.ceil(this.root.clientHeight / height);
    const fullHeight = this.#count * height;
    const scale = fullHeight > MAX_HEIGHT_PX ? fullHeight / MAX_HEIGHT_PX : 1;
    const top = this.root.scrollTop;
    const firstInSight = Math.floor((top * scale) / height);
    const from = Math.max(0, Math.min(firstInSight, this.#count - inSight) - SPARE_ROWS);
    const to = Math.min(this.#count, from + inSight + 2 * SPARE_ROWS);
    const offset = scale === 1 ? from * height : top - (firstInSight - from) * height;
    for (let index = from; index < to; index += 1) {
      const row = this.#row(index - from);
      row.hidden = false;
      row.style.transform = `translateY(${offset + (index - from) * height}px)`;
      this.#options.fillRow(row, index);
    }
    for (const row of this.#rows.slice(Math.max(0, to - from))) row.hidden = true;
  }

  #row(position: number): HTMLElement {
    const known = this.#rows[position];
    if (known !== undefined) return known;
    const row = this.#options.createRow();
    row.style.height = `${this.#options.rowHeightPx}px`;
    this.#rows.push(row);
    this.content.append(row);
    return row;
  }
}
