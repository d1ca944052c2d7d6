import { beforeEach, expect, it } from 'vitest';
import type { CheckConfigParams, EngineVerdict } from '../../../protocol/src/bridge.ts';
import {
  DiagnosticSeverity,
  diagnostics,
  documents,
  Range,
  recorded,
  resetEditor,
  typing,
  Uri,
  window,
  workspace,
} from '../../../test/vscode/stand-in.ts';
import { silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { EngineFindings } from '../lsp/engine-findings.ts';
import { checkOnEngine } from './check.ts';
import type { CommandContext } from './context.ts';

const CONFIG = '/w/first.sft.yaml';

beforeEach(() => {
  resetEditor();
  workspace.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w' }];
});

const accepted: EngineVerdict = { stage: 'accepted', message: '', standIns: [], milliseconds: 40 };
const refused: EngineVerdict = {
  ...accepted,
  stage: 'parser',
  message: 'no  such\nargument',
  key: 'lr',
  line: 2,
};

/** What happens when a person asks the engine about the config. */
function situation(answer: () => EngineVerdict | Promise<EngineVerdict>) {
  const asked: CheckConfigParams[] = [];
  const logged: string[] = [];
  const text = 'model: m\n  lr: 1  \n';
  const document = {
    uri: Uri.file(CONFIG),
    version: 1,
    isDirty: true,
    lineCount: 3,
    getText: () => text,
    lineAt: (line: number) => ({ text: text.split('\n')[line] }),
    type() {
      document.version += 1;
      typing.fire({ document, contentChanges: [{}] });
    },
  };
  documents.set(CONFIG, document);
  const bridge = new TableBridge({
    'config/check': (params) => {
      asked.push(params);
      return answer();
    },
  });
  const findings = new EngineFindings();
  const context = {
    bridge: Object.assign(bridge, { retryIfFailed: () => undefined }),
    interpreters: { required: async () => ({ path: '/py' }) },
    engineFindings: findings,
    log: {
      ...silentLog,
      info: (line: string) => logged.push(line),
      warn: (line: string) => logged.push(line),
    },
  } as unknown as CommandContext;
  return { asked, logged, document, findings, press: () => checkOnEngine.run(context, document.uri) };
}

function shown() {
  return (diagnostics.get(CONFIG) ?? []).map(({ source, severity, message, range }) => ({
    source,
    severity,
    message,
    at: [range.start.line, range.start.character, range.end.character],
  }));
}

it('asks about the text in the editor, and says that the engine accepts it', async () => {
  const { asked, press, logged } = situation(() => accepted);
  await press();
  expect(asked).toEqual([{ configPath: CONFIG, interpreter: '/py', text: 'model: m\n  lr: 1  \n' }]);
  expect(recorded.messages.map(({ text }) => text)).toEqual([
    'The engine accepts first.sft.yaml on this machine.',
  ]);
  expect(shown()).toEqual([]);
  expect(logged).toEqual([]);
});

it('says in whose place another model was judged', async () => {
  await situation(() => ({ ...accepted, standIns: ['a/b'] })).press();
  expect(recorded.messages[0]?.text).toContain('a/b is not on this disk');
});

it('shows a refusal on the line of its key until the text changes', async () => {
  const { press, document } = situation(() => refused);
  await press();
  expect(shown()).toEqual([
    {
      source: 'engine',
      severity: DiagnosticSeverity.Error,
      message: 'The engine refuses this: no such argument',
      at: [1, 2, 7],
    },
  ]);
  expect(recorded.messages[0]).toMatchObject({ kind: 'warning', buttons: ['Show Line'] });
  typing.fire({ document, contentChanges: [] });
  expect(shown()).toHaveLength(1);
  document.type();
  expect(shown()).toEqual([]);
});

it('takes its finding away when the engine accepts, and leaves those of the server', async () => {
  let verdict = refused;
  const { press } = situation(() => verdict);
  const own = { severity: 0, message: 'm', range: new Range(0, 0, 0, 1), source: 'tunewright' };
  diagnostics.set(CONFIG, [own]);
  await press();
  expect(shown()).toHaveLength(2);
  verdict = accepted;
  await press();
  expect(diagnostics.get(CONFIG)).toEqual([own]);
});

it('says of this machine what it lacks, as a warning', async () => {
  await situation(() => ({
    ...accepted,
    stage: 'class',
    message: "No module named 'deepspeed'",
    machine: 'package',
  })).press();
  expect(shown()).toEqual([
    {
      source: 'engine',
      severity: DiagnosticSeverity.Warning,
      message:
        "This machine lacks a package that the config needs. The file itself may be right. The engine said: No module named 'deepspeed'",
      at: [0, 0, 8],
    },
  ]);
});

it('marks nothing in the config where the engine had nothing to say of it', async () => {
  await situation(() => ({ ...accepted, stage: 'class', message: 'no answer', machine: 'time' })).press();
  expect(shown()).toEqual([]);
  expect(recorded.messages[0]?.text).toContain('The engine gave no verdict in time on this machine.');
});

it('shows no verdict on a text that has changed meanwhile', async () => {
  const { press, document } = situation(() => {
    document.type();
    return refused;
  });
  await press();
  expect(shown()).toEqual([]);
  expect(recorded.messages[0]?.text).toContain('Check it again');
});

it('notes where the engine and the server differ, and nothing where they agree', async () => {
  const error = { severity: 0, message: 'm', range: new Range(1, 0, 1, 1), source: 'tunewright' };
  const logs = async (verdict: EngineVerdict, findings: (typeof error)[]) => {
    const { press, logged } = situation(() => verdict);
    diagnostics.set(CONFIG, findings);
    await press();
    return logged;
  };
  expect(await logs(accepted, [error])).toEqual([
    `verdicts differ on ${CONFIG}: the engine accepts, the server says on line 2: m`,
  ]);
  expect(await logs(refused, [])).toEqual([
    `verdicts differ on ${CONFIG}: the server says nothing, the engine's parser says of lr: no such argument`,
  ]);
  expect(await logs(refused, [error])).toEqual([]);
  expect(await logs({ ...refused, machine: 'device' }, [])).toEqual([]);
  expect(await logs(accepted, [{ ...error, severity: 1 }])).toEqual([]);
});

it('waits no longer where the person cancels, and hears of a later failure only in the log', async () => {
  let fail: (error: Error) => void = () => undefined;
  const { press, logged } = situation(() => new Promise((_resolve, reject) => (fail = reject)));
  const original = window.withProgress;
  window.withProgress = async (_options, work) =>
    work(
      { report: () => undefined },
      { onCancellationRequested: (listener: () => void) => setImmediate(listener) },
    );
  try {
    await press();
  } finally {
    window.withProgress = original;
  }
  expect(recorded.messages).toEqual([]);
  fail(new Error('gone'));
  await expect.poll(() => logged).toEqual([expect.stringContaining('gone')]);
});

it('asks nothing in a workspace that is not trusted', async () => {
  const { press, asked } = situation(() => accepted);
  workspace.isTrusted = false;
  await expect(press()).rejects.toMatchObject({ code: 'workspace-untrusted' });
  expect(asked).toEqual([]);
});
