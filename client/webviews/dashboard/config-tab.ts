/** The Config tab: the config as it was written when the run was made, secrets already taken out. */
import { t } from '@vscode/l10n';
import { element, setText } from '../lib/dom.ts';
import type { RunModel } from './model.ts';

export class ConfigTab {
  readonly root = element('div', { class: 'config' });
  readonly #path = element('p', { class: 'config-path' });
  readonly #text = element('pre', { attributes: { tabindex: '0', 'aria-label': t('Config as written') } });

  constructor() {
    this.root.append(this.#path, this.#text);
  }

  show(model: RunModel): void {
    setText(this.#path, model.run.configPath);
    setText(this.#text, model.configText);
  }
}
