/** The Log tab: the tail of the console log, following its end while a person wants that. */
import { t } from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { element, setShown, setText } from '../lib/dom.ts';
import { formatCount } from '../lib/numbers.ts';
import { VirtualRows } from '../lib/virtual-rows.ts';
import type { RunModel } from './model.ts';

const LINE_HEIGHT_PX = 18;

export interface LogTabOptions {
  model: RunModel;
  language: string;
  isFollowing: boolean;
  onFollowing: (isFollowing: boolean) => void;
  onOpen: () => void;
}

export class LogTab {
  readonly root: HTMLElement;
  readonly #options: LogTabOptions;
  readonly #follow = element('vscode-checkbox');
  readonly #count = element('span', { class: 'log-count' });
  readonly #empty = element('p', { class: 'log-empty' });
  readonly #rows: VirtualRows;
  #isFollowing: boolean;
  /** Characters of the longest line seen, which decides how far the list scrolls sideways. */
  #widest = 0;

  constructor(options: LogTabOptions) {
    this.#options = options;
    this.#isFollowing = options.isFollowing;
    const scroller = element('div', {
      class: 'log-lines',
      attributes: { tabindex: '0', role: 'log', 'aria-live': 'off', 'aria-label': t('Console log') },
    });
    this.#follow.setAttribute('label', t('Follow the end'));
    this.#follow.checked = this.#isFollowing;
    this.#follow.addEventListener('change', () => this.#setFollowing(this.#follow.checked));
    const open = element('button', {
      class: 'text-button',
      text: t('Open in editor'),
      attributes: { type: 'button' },
    });
    open.addEventListener('click', options.onOpen);
    this.root = element('div', {
      class: 'log',
      children: [
        element('div', { class: 'log-tools', children: [this.#follow, this.#count, open] }),
        this.#empty,
        scroller,
      ],
    });
    this.#rows = new VirtualRows(scroller, {
      rowHeightPx: LINE_HEIGHT_PX,
      createRow: () => element('div', { class: 'log-line' }),
      fillRow: (row, index) => this.#fill(row, index),
    });
    // Only a person's own scrolling says whether the end is wanted; a programmed one ends there anyway.
    scroller.addEventListener(
      'wheel',
      () => requestAnimationFrame(() => this.#setFollowing(this.#rows.isAtEnd)),
      {
        passive: true,
      },
    );
    scroller.addEventListener('pointerup', () => this.#setFollowing(this.#rows.isAtEnd));
    scroller.addEventListener('keyup', () => this.#setFollowing(this.#rows.isAtEnd));
  }

  show(): void {
    const { model, language } = this.#options;
    const { log } = model;
    setShown(this.#empty, log.count === 0);
    setText(
      this.#empty,
      model.isRunLive ? t('Nothing has been printed yet.') : t('This run printed nothing.'),
    );
    const known = t('Lines: {0}', formatCount(log.count, language));
    const dropped = log.droppedLineCount > 0 ? t('earlier lines are in the file') : '';
    setText(this.#count, [known, dropped].filter((text) => text !== '').join(', '));
    if (this.root.offsetParent === null) return;
    this.#rows.setCount(log.count);
    if (this.#isFollowing) this.#rows.scrollToEnd();
  }

  #fill(row: HTMLElement, index: number): void {
    const line = this.#options.model.log.at(index);
    setText(row, line);
    if (line.length <= this.#widest) return;
    this.#widest = line.length;
    this.#rows.content.style.minWidth = `calc(${line.length}ch + 32px)`;
  }

  #setFollowing(isFollowing: boolean): void {
    if (isFollowing === this.#isFollowing) return;
    this.#isFollowing = isFollowing;
    this.#follow.checked = isFollowing;
    this.#options.onFollowing(isFollowing);
    if (isFollowing) this.#rows.scrollToEnd();
  }
}
