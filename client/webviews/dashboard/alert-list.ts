/** The alerts of a run in words, the open ones first, each with what a person can do about it. */
import { t } from '@vscode/l10n';
import type { DashboardCommand, ShownAlert } from '../../../protocol/src/webview.ts';
import { element, setShown, setText } from '../lib/dom.ts';
import { formatCount } from '../lib/numbers.ts';
import { alertIcon } from './icons.ts';
import type { RunModel } from './model.ts';

export interface AlertListEvents {
  onShowLine: (place: { logOffset: number; attempt: number }) => void;
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
  /** What is on the page; a run changes many times a second, its alerts seldom. */
  #shown = '';

  constructor(language: string, events: AlertListEvents) {
    this.#language = language;
    this.#events = events;
    this.#past.append(this.#pastTitle, this.#pastItems);
    this.root.append(this.#open, this.#past);
  }

  show(model: RunModel): void {
    const { alerts, isRunLive } = model;
    const key = JSON.stringify([alerts, isRunLive, model.run.attempt]);
    if (key === this.#shown) return;
    this.#shown = key;
    const isOpen = ({ alert }: ShownAlert) =>
      isRunLive && alert.endedAtMs === undefined && alert.attempt === model.run.attempt;
    const open = alerts.filter(isOpen).reverse();
    const past = alerts.filter((shown) => !isOpen(shown)).reverse();
    this.#open.replaceChildren(...open.map((shown) => this.#item(shown, true)));
    this.#pastItems.replaceChildren(...past.map((shown) => this.#item(shown, false)));
    setText(this.#pastTitle, t('Earlier alerts ({0})', past.length));
    setShown(this.#past, past.length > 0);
    setShown(this.root, alerts.length > 0);
  }

  #item({ alert, title, meaning, nextStep, done }: ShownAlert, isOpen: boolean): HTMLElement {
    const at = alert.step === undefined ? undefined : t('step {0}', formatCount(alert.step, this.#language));
    const heading = element('h3', {
      text: at === undefined ? capitalized(title) : `${capitalized(title)} · ${at}`,
    });
    const text = [meaning, nextStep, done].filter((part) => part !== undefined).join(' ');
    const buttons: HTMLElement[] = [];
    const { logOffset, attempt } = alert;
    if (logOffset !== undefined)
      buttons.push(textButton(t('Show log line'), () => this.#events.onShowLine({ logOffset, attempt })));
    if (isOpen && alert.severity === 'alert') {
      buttons.push(textButton(t('Stop'), () => this.#events.onCommand('stop')));
      buttons.push(textButton(t('Resume with change…'), () => this.#events.onCommand('resume-with-change')));
    }
    return element('li', {
      class: `alert-item ${alert.severity}${isOpen ? ' open' : ''}`,
      attributes: { 'data-alert': alert.id },
      children: [
        alertIcon(alert.severity),
        element('div', { class: 'alert-text', children: [heading, element('p', { text })] }),
        element('div', { class: 'alert-buttons', children: buttons }),
      ],
    });
  }
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
