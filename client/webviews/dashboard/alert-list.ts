/** The alerts of a run in words, the open ones first, each with what a person can do about it. */
import { t } from '@vscode/l10n';
import { RESUMABLE_TASKS } from '../../../protocol/src/resumable.ts';
import type { DashboardCommand, ShownAlert } from '../../../protocol/src/webview.ts';
import { element, setShown, setText } from '../lib/dom.ts';
import { formatCount } from '../lib/numbers.ts';
import { alertIcon } from './icons.ts';
import type { LogPlace } from './marks.ts';
import type { RunModel } from './model.ts';

export interface AlertListEvents {
  onShowLine: (place: LogPlace) => void;
  onCommand: (command: DashboardCommand) => void;
}

export class AlertList {
  readonly root = element('section', { class: 'alerts', attributes: { 'aria-label': t('Alerts') } });
  readonly #open = element('ul', { class: 'alert-items', attributes: { 'aria-live': 'polite' } });
  readonly #past = element('details', { class: 'alerts-past' });
  readonly #pastTitle = element('summary');
  readonly #pastItems = element('ul', { class: 'alert-items' });
  readonly #language: string;
  readonly #events: AlertListEvents;
  /** The items on the page by what they say. */
  #items = new Map<string, HTMLElement>();
  /** What is on the page; a run changes many times a second, its alerts seldom. */
  #shown = '';

  constructor(language: string, events: AlertListEvents) {
    this.#language = language;
    this.#events = events;
    this.#past.append(this.#pastTitle, this.#pastItems);
    this.root.append(this.#open, this.#past);
  }

  show(model: RunModel): void {
    const { alerts, isRunLive, run } = model;
    const key = JSON.stringify([alerts, run.state, run.attempt]);
    if (key === this.#shown) return;
    this.#shown = key;
    const isOpen = ({ alert }: ShownAlert) =>
      isRunLive && alert.endedAtMs === undefined && alert.attempt === run.attempt;
    const open = alerts.filter(isOpen).reverse();
    const past = alerts.filter((shown) => !isOpen(shown)).reverse();
    const before = this.#items;
    this.#items = new Map();
    const itemOf = (shown: ShownAlert, looks: ItemLooks) => {
      const itemKey = JSON.stringify([shown, looks]);
      const item = before.get(itemKey) ?? this.#item(shown, looks);
      this.#items.set(itemKey, item);
      return item;
    };
    const canStop = run.state !== 'stopping';
    const canResume = RESUMABLE_TASKS.includes(run.task);
    const isEarlier = ({ alert }: ShownAlert) => alert.attempt !== run.attempt;
    place(
      this.#open,
      open.map((shown) => itemOf(shown, { isOpen: true, canStop, canResume })),
    );
    place(
      this.#pastItems,
      past.map((shown) => itemOf(shown, { isOpen: false, ofEarlierAttempt: isEarlier(shown) })),
    );
    setText(this.#pastTitle, t('Earlier alerts ({0})', past.length));
    setShown(this.#past, past.length > 0);
    setShown(this.root, alerts.length > 0);
  }

  #item({ alert, title, meaning, nextStep, done }: ShownAlert, looks: ItemLooks): HTMLElement {
    const where = [
      looks.ofEarlierAttempt ? t('attempt {0}', alert.attempt) : undefined,
      alert.step === undefined ? undefined : t('step {0}', formatCount(alert.step, this.#language)),
    ];
    const heading = [capitalized(title), ...where].filter((part) => part !== undefined).join(' · ');
    const buttons: HTMLElement[] = [];
    const { logOffset, attempt } = alert;
    if (logOffset !== undefined)
      buttons.push(textButton(t('Show log line'), () => this.#events.onShowLine({ logOffset, attempt })));
    if (looks.isOpen && alert.severity === 'alert') {
      if (looks.canStop) buttons.push(textButton(t('Stop'), () => this.#events.onCommand('stop')));
      if (looks.canResume)
        buttons.push(
          textButton(t('Resume with change…'), () => this.#events.onCommand('resume-with-change')),
        );
    }
    return element('li', {
      class: `alert-item ${alert.severity}${looks.isOpen ? ' open' : ''}`,
      attributes: { 'data-alert': alert.id },
      children: [
        alertIcon(alert.severity),
        element('div', {
          class: 'alert-text',
          children: [
            element('h3', { text: heading }),
            element('p', { text: sentences([meaning, nextStep, done]) }),
          ],
        }),
        element('div', { class: 'alert-buttons', children: buttons }),
      ],
    });
  }
}

/** What is shown with an alert besides its words. */
interface ItemLooks {
  isOpen: boolean;
  canStop?: boolean;
  canResume?: boolean;
  ofEarlierAttempt?: boolean;
}

/** Puts the items into the list and leaves alone what is in place: it keeps the focus and is not read out again. */
function place(list: HTMLElement, items: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(items);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  items.forEach((item, index) => {
    const there = list.children[index];
    if (there !== item) list.insertBefore(item, there ?? null);
  });
}

/** Sentences in a row; not every language puts a space between them. */
function sentences(parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .reduce((text, sentence) => (text === '' ? sentence : t('{0} {1}', text, sentence)), '');
}

function textButton(text: string, onClick: () => void): HTMLElement {
  const button = element('button', { class: 'text-button', text, attributes: { type: 'button' } });
  button.addEventListener('click', onClick);
  return button;
}

/** A clause as a heading. */
function capitalized(clause: string): string {
  return clause.slice(0, 1).toLocaleUpperCase() + clause.slice(1);
}
