/** The head of the dashboard: name, state, facts, progress and the run's commands. */
import { t } from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { RESUMABLE_TASKS } from '../../../protocol/src/resumable.ts';
import { isLive, type RunSummary } from '../../../protocol/src/run.ts';
import type { DashboardCommand } from '../../../protocol/src/webview.ts';
import { element, setShown, setText } from '../lib/dom.ts';
import { type FactsOf, headerFacts, spokenState } from './facts.ts';
import { stateIcon } from './icons.ts';
import type { RunModel } from './model.ts';
import { stateWord } from './state-words.ts';

/** A screen reader hears of progress this often at most; a new state at once. */
const SPOKEN_EVERY_MS = 30_000;

export class Header {
  readonly root: HTMLElement;
  readonly #icon = element('span', { class: 'state' });
  readonly #name = element('h1');
  readonly #state = element('span', { class: 'state-word' });
  readonly #facts = element('ul', { class: 'facts' });
  readonly #bar = element('div', {
    class: 'progress',
    attributes: { role: 'progressbar', 'aria-label': t('Progress') },
  });
  readonly #fill = element('div', { class: 'progress-fill' });
  readonly #spoken = element('p', { class: 'visually-hidden', attributes: { role: 'status' } });
  readonly #stop: HTMLElement;
  readonly #stopLater: HTMLElement;
  readonly #resume: HTMLElement;
  readonly #language: string;
  #shownState = '';
  #spokenAtMs = 0;

  constructor(language: string, onCommand: (command: DashboardCommand) => void) {
    this.#language = language;
    this.#stop = commandButton(t('Stop'), () => onCommand('stop'));
    this.#stop.classList.add('stop');
    this.#stopLater = commandButton(t('Stop at next checkpoint'), () => onCommand('stop-at-checkpoint'));
    this.#stopLater.classList.add('stop-later');
    this.#resume = commandButton(t('Resume…'), () => onCommand('resume'));
    this.#resume.classList.add('resume');
    this.#bar.append(this.#fill);
    const commands = element('div', {
      class: 'commands',
      children: [
        this.#stop,
        this.#stopLater,
        this.#resume,
        commandButton(t('Open config'), () => onCommand('open-config')),
        commandButton(t('Open folder'), () => onCommand('open-folder')),
        commandButton(t('Copy command'), () => onCommand('copy-command')),
      ],
    });
    const title = element('div', { class: 'title', children: [this.#icon, this.#name, this.#state] });
    this.root = element('header', {
      class: 'head',
      children: [
        element('div', { class: 'head-main', children: [title, this.#facts] }),
        commands,
        this.#bar,
        this.#spoken,
      ],
    });
  }

  show(model: RunModel): void {
    const { run, progress, isRunLive, bestEvalLoss } = model;
    const shown: FactsOf = { run, isLive: isRunLive, progress, best: bestEvalLoss, language: this.#language };
    // As in the Runs view: only the second run of a name needs a number.
    setText(this.#name, run.number > 1 ? `${run.name} #${run.number}` : run.name);
    if (this.#shownState !== run.state) {
      this.#icon.replaceChildren(stateIcon(run.state));
      setText(this.#state, stateWord(run.state));
      this.root.dataset.state = run.state;
    }
    this.#showFacts(shown);
    this.#showProgress(shown);
    setShown(this.#stop, isRunLive);
    // A second request makes a stop less patient, so the button stays of use.
    setText(this.#stop, run.state === 'stopping' ? t('Stop now') : t('Stop'));
    setShown(this.#stopLater, canStopLater(run));
    setShown(this.#resume, canResume(run));
    this.#speak(shown);
    this.#shownState = run.state;
  }

  #showFacts(shown: FactsOf): void {
    const facts = headerFacts(shown);
    while (this.#facts.childElementCount > facts.length) this.#facts.lastElementChild?.remove();
    facts.forEach((fact, index) => {
      const item = this.#facts.children[index] ?? this.#facts.appendChild(element('li'));
      item.setAttribute('data-fact', fact.id);
      setText(item, fact.text);
    });
  }

  #showProgress({ progress, isLive }: FactsOf): void {
    const part = progress?.maxSteps ? Math.min(1, progress.step / progress.maxSteps) : undefined;
    this.#bar.classList.toggle('idle', !isLive);
    this.#bar.classList.toggle('unknown', isLive && part === undefined);
    this.#fill.style.transform = part === undefined ? '' : `scaleX(${part})`;
    if (part === undefined) this.#bar.removeAttribute('aria-valuenow');
    else this.#bar.setAttribute('aria-valuenow', String(Math.round(part * 100)));
  }

  #speak(shown: FactsOf): void {
    const isNew = this.#shownState !== shown.run.state;
    if (!isNew && Date.now() - this.#spokenAtMs < SPOKEN_EVERY_MS) return;
    this.#spokenAtMs = Date.now();
    setText(this.#spoken, spokenState(stateWord(shown.run.state), shown));
  }
}

/** As in the Runs view: from its start on, until a stop has been asked for. */
function canStopLater({ state, stopWhen, task }: RunSummary): boolean {
  const isTraining = state === 'running' || state === 'starting';
  return isTraining && stopWhen === undefined && RESUMABLE_TASKS.includes(task);
}

function canResume({ state, task }: RunSummary): boolean {
  return !isLive(state) && RESUMABLE_TASKS.includes(task);
}

function commandButton(text: string, onClick: () => void): HTMLElement {
  const button = element('vscode-button', { text, attributes: { secondary: '' } });
  button.addEventListener('click', () => {
    if (!button.hasAttribute('disabled')) onClick();
  });
  return button;
}
