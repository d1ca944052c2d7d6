import { beforeEach, expect, it } from 'vitest';
import { recorded, resetEditor, Uri, workspace } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { EditorContext } from './editor-context.ts';
import { RunStore } from './store.ts';

beforeEach(resetEditor);

it('names the open configs, those that run and those that have run, and repeats nothing', async () => {
  const runs = [
    aRun({ id: 'a', configPath: '/w/a.sft.yaml' }),
    aRun({ id: 'b', configPath: '/w/b.sft.yaml', state: 'failed' }),
  ];
  const bridge = new TableBridge({ 'runs/watch': () => ({ runs, total: 2 }) });
  const store = new RunStore({ bridge, log: silentLog });
  workspace.textDocuments = ['/w/a.sft.yaml', '/w/b.sft.yaml', '/w/notes.md'].map((path) => ({
    uri: Uri.file(path),
  }));
  const context = new EditorContext(store, ({ uri }) => uri.fsPath.endsWith('.yaml'));
  await store.watch('/w/.tunewright/runs');
  const said = () => new Map(recorded.commands.map(({ arguments: [key, paths] }) => [key, paths]));
  expect(said().get('tunewright.configs')).toEqual(['/w/a.sft.yaml', '/w/b.sft.yaml']);
  expect(said().get('tunewright.liveConfigs')).toEqual(['/w/a.sft.yaml']);
  expect(said().get('tunewright.configsWithRuns')).toEqual(['/w/a.sft.yaml', '/w/b.sft.yaml']);
  const count = recorded.commands.length;
  context.update();
  expect(recorded.commands).toHaveLength(count);
});
