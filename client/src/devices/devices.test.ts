import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceSample, HostSample } from '../../../protocol/src/device.ts';
import { resetEditor } from '../../../test/vscode/stand-in.ts';
import { silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { DeviceStore } from './store.ts';
import { deviceDescription, deviceLabel } from './texts.ts';
import { DevicesTree } from './tree.ts';

const GIB = 1024 ** 3;
const gpu: DeviceSample = {
  id: 'GPU-1',
  kind: 'cuda',
  index: 0,
  name: 'A device',
  utilizationPercent: 96.6,
  memoryUsedBytes: 71 * GIB,
  memoryTotalBytes: 80 * GIB,
  temperatureCelsius: 64,
  powerWatts: 512.4,
};
const sample: HostSample = {
  hostName: 'box',
  atMs: 1,
  devices: [{ id: 'cpu', kind: 'cpu', index: 0, name: 'CPU', utilizationPercent: 38 }, gpu],
  unavailable: [{ reader: 'nvidia', reason: 'no driver' }],
};

beforeEach(resetEditor);

describe('a device in one line', () => {
  it('says what it can tell', () => {
    expect(`${deviceLabel(gpu)} ${deviceDescription(gpu)}`).toBe('GPU0 97 % · 71/80 GiB · 64 °C · 512 W');
  });
  it('says so where it can tell nothing', () => {
    expect(deviceDescription({ id: 'x', kind: 'npu', index: 1, name: 'n' })).toBe('no reading');
  });
});

function watched() {
  const bridge = new TableBridge({ 'devices/watch': () => sample, 'devices/unwatch': () => ({}) });
  return { bridge, store: new DeviceStore(bridge, silentLog) };
}

it('reads devices only while somebody looks', async () => {
  const { bridge, store } = watched();
  const one = store.look();
  const other = store.look();
  await store.ready();
  one.dispose();
  one.dispose();
  expect(bridge.asked.map(({ method }) => method)).toEqual(['devices/watch']);
  other.dispose();
  expect(bridge.asked.map(({ method }) => method)).toEqual(['devices/watch', 'devices/unwatch']);
});

it('watches again after the bridge was started anew, if somebody still looks', async () => {
  const { bridge, store } = watched();
  const looking = store.look();
  await store.ready();
  bridge.start();
  looking.dispose();
  bridge.start();
  expect(bridge.asked.filter(({ method }) => method === 'devices/watch')).toHaveLength(2);
});

it('shows the host with its devices, and says what is not read', async () => {
  const { store } = watched();
  store.look();
  const tree = new DevicesTree(store);
  const [host] = await tree.getChildren();
  if (!host) throw new Error('the view has no host');
  expect(tree.getTreeItem(host).tooltip).toContain('nvidia: no driver');
  const devices = await tree.getChildren(host);
  expect(devices.map((node) => tree.getTreeItem(node).description)).toEqual([
    '38 %',
    '97 % · 71/80 GiB · 64 °C · 512 W',
  ]);
  tree.dispose();
});
