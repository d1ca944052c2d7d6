/** What stands above the tabs when something needs saying: a run that failed, a panel that could not do its work. */
import { t } from '@vscode/l10n';
import { element, setShown, setText } from '../lib/dom.ts';
import { endingReason } from './facts.ts';
import type { RunModel } from './model.ts';

const LOG_LINES = 8;

export class Notices {
  readonly root = element('div', { class: 'notices' });
  readonly #problem = element('div', { class: 'notice problem' });
  readonly #problemText = element('p', { class: 'reason', attributes: { role: 'alert' } });
  readonly #ending = element('section', { class: 'notice ending' });
  readonly #title = element('h2');
  readonly #reason = element('p', { class: 'reason' });
  readonly #log = element('pre', { class: 'notice-log', attributes: { tabindex: '0' } });

  constructor(events: { onShowLog: () => void; onDismiss: () => void }) {
    const dismiss = element('button', {
      class: 'text-button',
      text: t('Dismiss'),
      attributes: { type: 'button' },
    });
    dismiss.addEventListener('click', events.onDismiss);
    this.#problem.append(this.#problemText, dismiss);
    const showLog = element('button', {
      class: 'text-button',
      text: t('Show log'),
      attributes: { type: 'button' },
    });
    showLog.addEventListener('click', events.onShowLog);
    this.#log.setAttribute('aria-label', t('Last log lines'));
    this.#ending.append(this.#title, this.#reason, this.#log, showLog);
    this.root.append(this.#problem, this.#ending);
  }

  show(model: RunModel): void {
    setShown(this.#problem, model.notice !== undefined);
    setText(this.#problemText, model.notice ?? '');
    const title = endingTitle(model);
    setShown(this.#ending, title !== undefined);
    if (title === undefined) return;
    this.#ending.dataset.state = model.run.state;
    setText(this.#title, title);
    setText(this.#reason, endingReason(model.run, model.reason));
    const lines = model.run.state === 'failed' ? model.log.tail(LOG_LINES) : [];
    setShown(this.#log, lines.length > 0);
    setText(this.#log, lines.join('\n'));
  }
}

/** The sentence over an ending that a person did not hope for; undefined for all others. */
function endingTitle({ run }: RunModel): string | undefined {
  switch (run.state) {
    case 'failed':
      return t('This run failed.');
    case 'lost':
      return t('This run was lost: nothing says how it ended.');
    default:
      return undefined;
  }
}
