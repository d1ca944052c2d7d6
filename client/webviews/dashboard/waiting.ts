/** What stands in place of the charts until there is a first point: what happens now, for how long, and the last log line. */
import { t } from '@vscode/l10n';
import { element, setShown, setText } from '../lib/dom.ts';
import { formatDuration } from '../lib/durations.ts';
import type { RunModel } from './model.ts';

export class Waiting {
  readonly root = element('div', { class: 'waiting' });
  readonly #title = element('p', { class: 'waiting-title' });
  readonly #reason = element('p', { class: 'waiting-reason' });
  readonly #elapsed = element('p', { class: 'waiting-elapsed' });
  readonly #line = element('p', { class: 'waiting-line' });

  constructor() {
    this.root.append(this.#title, this.#reason, this.#elapsed, this.#line);
  }

  show(model: RunModel, nowMs: number): void {
    const { run } = model;
    setText(this.#title, waitingTitle(model));
    const { reason } = model;
    setShown(this.#reason, run.state === 'queued' && reason !== undefined);
    setText(this.#reason, reason ?? '');
    setShown(this.#elapsed, model.isRunLive);
    const sinceMs = run.startedAtMs ?? run.createdAtMs;
    setText(this.#elapsed, t('{0} so far', formatDuration((nowMs - sinceMs) / 1000)));
    const [last] = model.log.tail(1);
    setShown(this.#line, last !== undefined && model.isRunLive);
    setText(this.#line, last ?? '');
  }
}

/** One sentence for each state that can be without points. */
export function waitingTitle({ run, isRunLive }: Pick<RunModel, 'run' | 'isRunLive'>): string {
  if (run.state === 'queued') return t('Waiting for its turn.');
  if (run.state === 'stopping') return t('Stopping.');
  if (isRunLive) return t('Waiting for the first step: the engine is loading (about 20 s).');
  return t('This run logged no metrics.');
}
