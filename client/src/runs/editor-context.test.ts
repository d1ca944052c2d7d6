import { beforeEach, expect, it } from 'vitest';
import { recorded, resetEditor, Uri, workspace } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { EditorContext } from './editor-context.ts';
import { RunStore } from './store.ts';

beforeEach(resetEditor);

it('names the open configs, those that run, may be run, may be resumed and have run, and repeats nothing', async () => {
  const runs = [
    aRun({ id: 'a', configPath: '/w/a.sft.yaml' }),
    aRun({ id: 'b', configPath: '/w/b.sft.yaml', state: 'failed' }),
  ];
  const bridge = new TableBridge({ 'runs/watch': () => ({ runs, total: 2 }) });
  const store = new RunStore({ bridge, log: silentLog });
  workspace.textDocuments = ['/w/a.sft.yaml', '/w/b.sft.yaml', '/w/notes.md'].map((path) => ({
    uri: Uri.file(path),
  }));
  let isLooking = true;
  const context = new EditorContext({
    store,
    isConfig: ({ uri }) => uri.fsPath.endsWith('.yaml'),
    isLookingFor: () => isLooking,
  });
  await store.watch('/w/.tunewright/runs');
  const said = () => new Map(recorded.commands.map(({ arguments: [key, value] }) => [key, value]));
  // While runs are being looked for no config counts as one that may be run.
  expect(said().get('tunewright.idleConfigs')).toEqual([]);
  isLooking = false;
  context.update();
  expect(said().get('tunewright.configs')).toEqual(['/w/a.sft.yaml', '/w/b.sft.yaml']);
  expect(said().get('tunewright.liveConfigs')).toEqual(['/w/a.sft.yaml']);
  expect(said().get('tunewright.idleConfigs')).toEqual(['/w/b.sft.yaml']);
  expect(said().get('tunewright.resumableConfigs')).toEqual(['/w/b.sft.yaml']);
  expect(said().get('tunewright.configsWithRuns')).toEqual(['/w/a.sft.yaml', '/w/b.sft.yaml']);
  expect(said().get('tunewright.hasQueue')).toBe(false);
  const count = recorded.commands.length;
  context.update();
  expect(recorded.commands).toHaveLength(count);
});

it('says that something waits in a queue', async () => {
  const queuePlace = { queue: 'q', position: 1, waiting: 1, devicesWanted: 1 };
  const bridge = new TableBridge({
    'runs/watch': () => ({ runs: [aRun({ state: 'queued', queuePlace })], total: 1 }),
  });
  const store = new RunStore({ bridge, log: silentLog });
  new EditorContext({ store, isConfig: () => true, isLookingFor: () => false });
  await store.watch('/w/.tunewright/runs');
  expect(recorded.commands).toContainEqual({
    id: 'setContext',
    arguments: ['tunewright.hasQueue', true],
  });
});
