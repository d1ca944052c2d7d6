/** What a device says of itself in one line: pure text. */
import { l10n } from 'vscode';
import type { DeviceSample } from '../../../protocol/src/device.ts';

const BYTES_PER_GIB = 1024 ** 3;

/** `CPU`, or `GPU0` where there can be several. */
export function deviceLabel(device: Pick<DeviceSample, 'kind' | 'index'>): string {
  switch (device.kind) {
    case 'cpu':
      return 'CPU';
    case 'npu':
      return `NPU${device.index}`;
    default:
      return `GPU${device.index}`;
  }
}

/** `97 % · 71/80 GiB · 64 °C · 512 W`; what the device cannot tell is left out. */
export function deviceDescription(device: DeviceSample): string {
  const parts = [
    device.utilizationPercent === undefined ? undefined : `${Math.round(device.utilizationPercent)} %`,
    memoryText(device),
    device.temperatureCelsius === undefined ? undefined : `${Math.round(device.temperatureCelsius)} °C`,
    device.powerWatts === undefined ? undefined : `${Math.round(device.powerWatts)} W`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? l10n.t('no reading') : parts.join(' · ');
}

export function memoryText({ memoryUsedBytes, memoryTotalBytes }: DeviceSample): string | undefined {
  if (memoryUsedBytes === undefined || memoryTotalBytes === undefined) return undefined;
  return `${gibText(memoryUsedBytes)}/${gibText(memoryTotalBytes)} GiB`;
}

function gibText(bytes: number): string {
  const gib = bytes / BYTES_PER_GIB;
  return gib < 10 ? gib.toFixed(1) : String(Math.round(gib));
}
