/** The Devices tab: how busy the run's host is now, as bars with numbers. */
import { t } from '@vscode/l10n';
import type { DeviceSample, HostSample } from '../../../protocol/src/device.ts';
import { element, setText } from '../lib/dom.ts';
import { bytesOfTotal, formatPercent } from '../lib/numbers.ts';
import type { RunModel } from './model.ts';

/** Part of a memory from which on the next allocation may fail. */
const NEARLY_FULL = 0.9;

interface Bar {
  label: string;
  /** 0 to 1. */
  part: number;
  text: string;
  /** True where little room is left of something that can run out. */
  isNearlyFull: boolean;
}

export class DevicesTab {
  readonly root = element('div', { class: 'devices' });
  readonly #title = element('p', { class: 'devices-title' });
  readonly #list = element('ul', { class: 'device-list' });
  readonly #unavailable = element('ul', { class: 'unavailable' });
  readonly #language: string;

  constructor(language: string) {
    this.#language = language;
    this.root.append(this.#title, this.#list, this.#unavailable);
  }

  show(model: RunModel): void {
    const { sample } = model;
    if (sample === undefined) {
      setText(this.#title, t('Waiting for the first reading from {0}.', model.run.host));
      return;
    }
    const time = new Date(sample.atMs).toLocaleTimeString(this.#language);
    setText(this.#title, t('{0}, read at {1}', sample.hostName, time));
    this.#showDevices(sample);
    this.#unavailable.replaceChildren(
      ...sample.unavailable.map(({ reader, reason }) => element('li', { text: `${reader}: ${reason}` })),
    );
  }

  #showDevices(sample: HostSample): void {
    this.#list.replaceChildren(...sample.devices.map(deviceItem));
  }
}

function deviceItem(device: DeviceSample): HTMLElement {
  const details = [
    device.temperatureCelsius === undefined ? '' : `${device.temperatureCelsius.toFixed(0)} °C`,
    device.powerWatts === undefined ? '' : `${device.powerWatts.toFixed(0)} W`,
  ].filter((detail) => detail !== '');
  return element('li', {
    class: 'device',
    attributes: { 'data-device': device.id },
    children: [
      element('div', {
        class: 'device-head',
        children: [
          element('h3', { text: deviceTitle(device) }),
          element('span', { class: 'device-name', text: device.name }),
          element('span', { class: 'device-details', text: details.join(' · ') }),
        ],
      }),
      ...barsOf(device).map(barRow),
    ],
  });
}

function deviceTitle(device: DeviceSample): string {
  if (device.kind === 'cpu') return 'CPU';
  return `${device.kind === 'npu' ? 'NPU' : 'GPU'} ${device.index}`;
}

/** What a device says of itself as parts of a whole. */
export function barsOf(device: DeviceSample): Bar[] {
  const bars: Bar[] = [];
  if (device.utilizationPercent !== undefined) {
    bars.push({
      label: t('Use'),
      part: device.utilizationPercent / 100,
      text: formatPercent(device.utilizationPercent),
      isNearlyFull: false,
    });
  }
  if (device.memoryUsedBytes !== undefined && device.memoryTotalBytes) {
    const { used, total } = bytesOfTotal(device.memoryUsedBytes, device.memoryTotalBytes);
    const part = device.memoryUsedBytes / device.memoryTotalBytes;
    bars.push({
      label: t('Memory'),
      part,
      text: t('{0} of {1}', used, total),
      isNearlyFull: part > NEARLY_FULL,
    });
  }
  return bars;
}

function barRow(bar: Bar): HTMLElement {
  const part = Math.min(1, Math.max(0, bar.part));
  const fill = element('div', { class: bar.isNearlyFull ? 'bar-fill high' : 'bar-fill' });
  fill.style.width = `${part * 100}%`;
  const attributes = {
    role: 'meter',
    'aria-label': bar.label,
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    'aria-valuenow': String(Math.round(part * 100)),
    'aria-valuetext': bar.text,
  };
  return element('div', {
    class: 'bar-row',
    children: [
      element('span', { class: 'bar-label', text: bar.label }),
      element('div', { class: 'bar', attributes, children: [fill] }),
      element('span', { class: 'bar-text', text: bar.text }),
    ],
  });
}
