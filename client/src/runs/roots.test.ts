import { beforeEach, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { documents, resetEditor, Uri, workspace } from '../../../test/vscode/stand-in.ts';
import { silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { WatchedRoots } from './roots.ts';
import { RunStore } from './store.ts';

const CONFIG = Uri.file('/w/first.sft.yaml') as unknown as vscode.Uri;
const ROOT = '/w/.tunewright/runs';

beforeEach(() => {
  resetEditor();
  workspace.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w' }];
});

function rootsOver(answer: () => Promise<unknown>) {
  const bridge = new TableBridge({ 'runs/watch': answer });
  return new WatchedRoots(new RunStore({ bridge, log: silentLog }), silentLog);
}

it('is looking for the runs of a config until their list is here', async () => {
  documents.set(ROOT, {});
  let answer: (list: unknown) => void = () => undefined;
  const listed = new Promise<unknown>((resolve) => {
    answer = resolve;
  });
  const roots = rootsOver(() => listed);
  expect(roots.isLookingFor(CONFIG)).toBe(true);
  const ensured = roots.ensure();
  expect(roots.isLookingFor(CONFIG)).toBe(true);
  answer({ runs: [], total: 0 });
  await ensured;
  expect(roots.isLookingFor(CONFIG)).toBe(false);
});

it('waits for no list where nothing has run yet', async () => {
  const roots = rootsOver(() => new Promise(() => undefined));
  const changed = vi.fn();
  roots.onDidChange(changed);
  void roots.ensure();
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(roots.isLookingFor(CONFIG)).toBe(false);
});

it('gives up where the list cannot be had', async () => {
  documents.set(ROOT, {});
  const roots = rootsOver(async () => {
    throw new Error('no bridge');
  });
  await roots.ensure();
  expect(roots.isLookingFor(CONFIG)).toBe(false);
});

it('looks for nothing outside the open folders, nor in a workspace that is not trusted', () => {
  const roots = rootsOver(async () => ({ runs: [], total: 0 }));
  expect(roots.isLookingFor(Uri.file('/elsewhere/a.sft.yaml') as unknown as vscode.Uri)).toBe(false);
  workspace.isTrusted = false;
  expect(roots.isLookingFor(CONFIG)).toBe(false);
});
