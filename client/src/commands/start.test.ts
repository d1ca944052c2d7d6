import { beforeEach, expect, it } from 'vitest';
import type { StartRunParams } from '../../../protocol/src/bridge.ts';
import type { ToolEnvironment } from '../../../protocol/src/tool.ts';
import {
  DiagnosticSeverity,
  diagnostics,
  documents,
  Range,
  recorded,
  resetEditor,
  Uri,
  workspace,
} from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { Failure } from '../errors.ts';
import { RunStore } from '../runs/store.ts';
import type { CommandContext } from './context.ts';
import { run } from './start.ts';

const CONFIG = '/w/first.sft.yaml';

beforeEach(() => {
  resetEditor();
  workspace.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w' }];
});

interface Situation {
  text?: string;
  isDirty?: boolean;
  /** Fails the first start. */
  failure?: Failure;
  storedSecrets?: Record<string, string>;
}

/** What happens when a person runs the config: the starts that reached the bridge, and what was saved and shown. */
function situation({ text = 'model: m\n', isDirty = false, failure, storedSecrets = {} }: Situation = {}) {
  const starts: StartRunParams[] = [];
  const seen = { isSaved: false, shown: [] as string[], asked: [] as string[] };
  const uri = Uri.file(CONFIG);
  const document = {
    uri,
    isDirty,
    getText: () => text,
    save: async () => {
      seen.isSaved = true;
      return true;
    },
  };
  documents.set(CONFIG, document);
  const bridge = new TableBridge({
    'runs/start': (params) => {
      starts.push(params);
      if (failure && starts.length === 1) throw failure;
      return aRun({ id: 'r1', progress: { step: 1 } });
    },
    'runs/watch': () => ({ runs: [], total: 0 }),
  });
  const environment: ToolEnvironment = { tool: 'engine', interpreter: '/py', health: 'ok', packages: {} };
  const context = {
    bridge: Object.assign(bridge, { retryIfFailed: () => undefined }),
    runs: new RunStore({ bridge, log: silentLog }),
    interpreters: { required: async () => ({ path: '/py', source: 'setting', environment }) },
    secrets: {
      valuesFor: async () => ({ ...storedSecrets }),
      ask: async (name: string) => {
        seen.asked.push(name);
        storedSecrets[name] = 'given';
        return true;
      },
    },
    dashboards: { show: ({ runId }: { runId: string }) => seen.shown.push(runId) },
  } as unknown as CommandContext;
  return { starts, seen, press: () => run.run(context, uri) };
}

it('starts the config in its workspace with the chosen interpreter, and opens the dashboard', async () => {
  const { starts, seen, press } = situation();
  await press();
  expect(starts).toEqual([
    { root: '/w/.tunewright/runs', configPath: CONFIG, interpreter: '/py', secrets: {} },
  ]);
  expect(seen.shown).toEqual(['r1']);
});

it('saves what was typed before it runs', async () => {
  const { seen, press } = situation({ isDirty: true });
  await press();
  expect(seen.isSaved).toBe(true);
});

it('starts nothing in a workspace that is not trusted', async () => {
  const { starts, press } = situation();
  workspace.isTrusted = false;
  await expect(press()).rejects.toMatchObject({ code: 'workspace-untrusted' });
  expect(starts).toEqual([]);
});

const finding = {
  severity: DiagnosticSeverity.Error,
  message: 'trian_type is no argument of sft.',
  range: new Range(5, 0, 5, 10),
};

it('names the finding and starts nothing where the person wants to see it', async () => {
  const { starts, press } = situation();
  diagnostics.set(CONFIG, [finding]);
  recorded.nextPressed = 'Show Problems';
  await press();
  expect(recorded.messages[0]).toEqual({
    kind: 'warning',
    text: 'The engine will refuse this config. Line 6: trian_type is no argument of sft.',
    buttons: ['Show Problems', 'Run Anyway'],
  });
  expect(recorded.commands.map(({ id }) => id)).toContain('workbench.actions.view.problems');
  expect(starts).toEqual([]);
});

it('runs despite findings where the person insists, and asks nothing about warnings', async () => {
  const insisting = situation();
  diagnostics.set(CONFIG, [finding]);
  recorded.nextPressed = 'Run Anyway';
  await insisting.press();
  expect(insisting.starts).toHaveLength(1);
  diagnostics.set(CONFIG, [{ ...finding, severity: DiagnosticSeverity.Warning }]);
  recorded.messages = [];
  await insisting.press();
  expect(recorded.messages).toEqual([]);
});

it('asks for a secret that nobody has, and starts again with it', async () => {
  const { starts, seen, press } = situation({
    text: `hub_token: \${env:HUB_TOKEN}\n`,
    failure: new Failure('secret-missing', { name: 'HUB_TOKEN' }),
  });
  await press();
  expect(seen.asked).toEqual(['HUB_TOKEN']);
  expect(starts.map(({ secrets }) => secrets)).toEqual([{}, { HUB_TOKEN: 'given' }]);
});

it('offers to make a missing model where the program that makes it lies beside the config', async () => {
  const failure = new Failure('model-not-found', { key: 'model', path: '/w/model' });
  const { press } = situation({ failure });
  await expect(press()).rejects.toBe(failure);
  expect(recorded.messages).toEqual([]);
  documents.set('/w/make_model.py', {});
  await expect(situation({ failure }).press()).rejects.toBe(failure);
  expect(recorded.messages[0]?.buttons).toEqual(['Make the Model']);
});

it('says that a mistyped model is missing, and offers nothing that would not make it', async () => {
  documents.set('/w/make_model.py', {});
  const failure = new Failure('model-not-found', { key: 'model', path: '/w/modle' });
  await expect(situation({ failure }).press()).rejects.toBe(failure);
  expect(recorded.messages).toEqual([]);
});
