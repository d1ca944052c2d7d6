/** The Devices view: this host, its devices beneath, and why a reader has nothing to say. */
import * as vscode from 'vscode';
import type { DeviceSample, HostSample } from '../../../protocol/src/device.ts';
import type { DeviceStore } from './store.ts';
import { deviceDescription, deviceLabel } from './texts.ts';

export type DevicesNode = { readonly kind: 'host' } | { readonly kind: 'device'; readonly id: string };

const HOST_NODE: DevicesNode = { kind: 'host' };

export class DevicesTree implements vscode.TreeDataProvider<DevicesNode> {
  readonly #store: DeviceStore;
  readonly #changed = new vscode.EventEmitter<DevicesNode | undefined>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(store: DeviceStore) {
    this.#store = store;
    this.#subscription = store.onDidChange(() => this.#changed.fire(undefined));
  }

  async getChildren(parent?: DevicesNode): Promise<DevicesNode[]> {
    if (parent?.kind === 'device') return [];
    if (parent) return (this.#store.sample?.devices ?? []).map(({ id }) => ({ kind: 'device', id }));
    if (!vscode.workspace.isTrusted) return [];
    await this.#store.ready();
    return this.#store.sample ? [HOST_NODE] : [];
  }

  getTreeItem(node: DevicesNode): vscode.TreeItem {
    const { sample } = this.#store;
    if (!sample) return new vscode.TreeItem('');
    if (node.kind === 'host') return hostItem(sample);
    const device = sample.devices.find(({ id }) => id === node.id);
    return device ? deviceItem(device) : new vscode.TreeItem(node.id);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function hostItem(sample: HostSample): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('this machine'), vscode.TreeItemCollapsibleState.Expanded);
  item.id = 'devices:host';
  item.description = sample.hostName;
  item.iconPath = new vscode.ThemeIcon('device-desktop');
  if (sample.unavailable.length > 0) {
    item.tooltip = [
      vscode.l10n.t('Not read here:'),
      ...sample.unavailable.map(({ reader, reason }) => `${reader}: ${reason}`),
    ].join('\n');
  }
  return item;
}

function deviceItem(device: DeviceSample): vscode.TreeItem {
  const item = new vscode.TreeItem(deviceLabel(device), vscode.TreeItemCollapsibleState.None);
  item.id = `devices:${device.id}`;
  item.description = deviceDescription(device);
  item.iconPath = new vscode.ThemeIcon(device.kind === 'cpu' ? 'chip' : 'server-process');
  item.tooltip = `${device.name}\n${deviceDescription(device)}`;
  return item;
}
