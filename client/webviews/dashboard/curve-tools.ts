/** The tools above the charts: x axis, smoothing, logarithmic scale, and the way back from a zoom. */
import { t } from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { element, setShown, setText } from '../lib/dom.ts';
import type { Choices } from './choices.ts';

export interface CurveToolsEvents {
  onChoice: (choice: Partial<Choices>) => void;
  onResetZoom: () => void;
}

export class CurveTools {
  readonly root: HTMLElement;
  readonly #axis: HTMLSelectElement;
  readonly #epochOption: HTMLOptionElement;
  readonly #zoom = element('div', { class: 'zoom' });
  readonly #zoomText = element('span');

  constructor(choices: Choices, events: CurveToolsEvents) {
    this.#epochOption = element('option', { text: t('epoch'), attributes: { value: 'epoch' } });
    this.#axis = element('select', {
      attributes: { id: 'x-axis' },
      children: [element('option', { text: t('step'), attributes: { value: 'step' } }), this.#epochOption],
    });
    this.#axis.value = choices.xAxis;
    this.#axis.addEventListener('change', () => {
      events.onChoice({ xAxis: this.#axis.value === 'epoch' ? 'epoch' : 'step' });
    });
    const reset = element('button', {
      class: 'text-button',
      text: t('Reset zoom'),
      attributes: { type: 'button', title: t('Reset zoom (Esc, or double-click a chart)') },
    });
    reset.addEventListener('click', events.onResetZoom);
    this.#zoom.append(this.#zoomText, reset);
    this.#zoom.hidden = true;
    this.root = element('div', {
      class: 'curve-tools',
      attributes: { role: 'toolbar', 'aria-label': t('Curves') },
      children: [
        labelled(this.#axis, t('x axis')),
        ...smoothing(choices.smoothing, (weight) => events.onChoice({ smoothing: weight })),
        logScale(choices.isLogScale, (isLogScale) => events.onChoice({ isLogScale })),
        this.#zoom,
      ],
    });
  }

  show(state: { hasEpochs: boolean; zoom: string | undefined }): void {
    if (this.#epochOption.disabled === state.hasEpochs) this.#epochOption.disabled = !state.hasEpochs;
    setShown(this.#zoom, state.zoom !== undefined);
    setText(this.#zoomText, state.zoom ?? '');
  }
}

function labelled(control: HTMLElement, text: string): HTMLElement {
  const label = element('label', { text, attributes: { for: control.id } });
  return element('div', { class: 'tool', children: [label, control] });
}

function smoothing(weight: number, onChange: (weight: number) => void): HTMLElement[] {
  const slider = element('input', {
    attributes: { type: 'range', id: 'smoothing', min: '0', max: '0.99', step: '0.01' },
  });
  slider.value = String(weight);
  const shown = element('output', { text: weight.toFixed(2), attributes: { for: 'smoothing' } });
  slider.addEventListener('input', () => {
    setText(shown, slider.valueAsNumber.toFixed(2));
    onChange(slider.valueAsNumber);
  });
  const tool = labelled(slider, t('Smoothing'));
  tool.append(shown);
  return [tool];
}

function logScale(isOn: boolean, onChange: (isOn: boolean) => void): HTMLElement {
  const box = element('vscode-checkbox', { attributes: { label: t('Log scale') } });
  box.checked = isOn;
  box.addEventListener('change', () => onChange(box.checked));
  return box;
}
