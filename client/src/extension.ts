/** Builds the extension's objects and hands them to each other. Starts nothing that has not been asked for. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Bridge } from './bridge/bridge.ts';
import { bridgeCommand } from './bridge/launch.ts';
import { openLocalProcess } from './bridge/process.ts';
import { RestartPolicy } from './bridge/restart-policy.ts';
import { registerCommands } from './commands/index.ts';
import { DeviceStore } from './devices/store.ts';
import { DevicesTree } from './devices/tree.ts';
import { Interpreters } from './environment/interpreters.ts';
import { PythonExtensionSource } from './environment/python-extension.ts';
import { Secrets } from './environment/secrets.ts';
import { showFailure } from './errors.ts';
import { createLogChannel } from './log.ts';
import { EngineFindings } from './lsp/engine-findings.ts';
import { LANGUAGE_ID } from './lsp/language.ts';
import { Recogniser } from './lsp/recogniser.ts';
import { SchemaFeed } from './lsp/schema-feed.ts';
import { LanguageServer } from './lsp/server.ts';
import { SchemaStatusBar } from './lsp/status-bar.ts';
import { Dashboards } from './panels/dashboards.ts';
import { AlertNotices } from './runs/alert-notices.ts';
import { Claims } from './runs/claims.ts';
import { RunCodeLenses } from './runs/code-lenses.ts';
import { ConfigChanges } from './runs/config-changes.ts';
import { ProductDocuments } from './runs/documents.ts';
import { EditorContext } from './runs/editor-context.ts';
import { showEndNotices } from './runs/end-notices.ts';
import { RunFollower } from './runs/follower.ts';
import { WatchedRoots } from './runs/roots.ts';
import { RunsStatusBar } from './runs/status-bar.ts';
import { RunStore } from './runs/store.ts';
import { Told } from './runs/told.ts';
import { RunsTree, showBadge } from './runs/tree.ts';
import { onSettingsChanged, readSettings } from './settings.ts';

export function activate(extension: vscode.ExtensionContext): void {
  const log = createLogChannel();
  const bridge = new Bridge({
    log,
    policy: new RestartPolicy(),
    isTrusted: () => vscode.workspace.isTrusted,
    openTransport: () =>
      openLocalProcess(
        bridgeCommand({
          extensionFolder: extension.extensionPath,
          platform: process.platform,
          bridgePython: readSettings().bridgePython,
        }),
        log,
      ),
  });
  const pythonExtension = new PythonExtensionSource(log);
  const interpreters = new Interpreters({
    pythonExtension,
    inspect: (interpreter) => bridge.request('environment/inspect', { interpreter }),
  });
  const server = new LanguageServer({ extensionFolder: extension.extensionPath, log });
  const feed = new SchemaFeed({ bridge, interpreters, server, log });
  const recogniser = new Recogniser();
  const isConfig = (document: vscode.TextDocument) => recogniser.isConfig(document);

  const runs = new RunStore({ bridge, log });
  const roots = new WatchedRoots(runs, log);
  const follower = new RunFollower(bridge, log);
  const documents = new ProductDocuments(bridge, follower);
  const isLookingFor = (config: vscode.Uri) => roots.isLookingFor(config);
  const changes = new ConfigChanges();
  const engineFindings = new EngineFindings();
  const isBeingChanged = (path: string) => changes.has(path);
  const lenses = new RunCodeLenses({ store: runs, isConfig, isLookingFor, isBeingChanged });
  const editorContext = new EditorContext({ store: runs, isConfig, isLookingFor });
  const claims = new Claims({ folder: join(extension.globalStorageUri.fsPath, 'told'), log });
  const told = new Told({
    memory: extension.globalState,
    isFocused: () => vscode.window.state.focused,
    claim: (name) => claims.take(name),
    log,
  });
  const alertNotices = new AlertNotices({ store: runs, told });
  const devices = new DeviceStore(bridge, log);
  const dashboards = new Dashboards({
    bridge,
    runs,
    follower,
    devices,
    log,
    extensionUri: extension.extensionUri,
  });

  const runsTree = new RunsTree({
    store: runs,
    ensureWatched: () => roots.ensure(),
    attemptsOf: async ({ root, summary }) =>
      (await bridge.request('runs/get', { root, runId: summary.id })).attempts,
  });
  const runsView = vscode.window.createTreeView('tunewright.runs', { treeDataProvider: runsTree });
  const devicesTree = new DevicesTree(devices);
  const devicesView = vscode.window.createTreeView('tunewright.devices', { treeDataProvider: devicesTree });

  /** A config is open: check it, and in a trusted workspace learn what the engine and earlier runs have to say. */
  const serveConfigs = async () => {
    if (!server.isStarted) {
      await server.start().catch((error: unknown) => showFailure(error, log));
      if (vscode.workspace.isTrusted) void feed.feed();
    }
    await roots.ensure();
  };

  extension.subscriptions.push(
    log,
    bridge,
    pythonExtension,
    interpreters,
    server,
    feed,
    new SchemaStatusBar(server, feed),
    recogniser,
    recogniser.onDidRecognise(() => {
      editorContext.update();
      lenses.refresh();
      void serveConfigs();
    }),
    runs,
    roots,
    follower,
    documents,
    lenses,
    editorContext,
    vscode.languages.registerCodeLensProvider({ language: LANGUAGE_ID, scheme: 'file' }, lenses),
    new RunsStatusBar(runs),
    told,
    alertNotices,
    showEndNotices({ store: runs, alerts: alertNotices, told }),
    runs.onDidChange(() => showBadge(runsView, runs)),
    engineFindings,
    changes,
    changes.onDidChange(() => lenses.refreshWhereDifferent()),
    roots.onDidChange(() => {
      lenses.refreshWhereDifferent();
      editorContext.update();
    }),
    devices,
    dashboards,
    runsTree,
    runsView,
    devicesTree,
    devicesView,
    devicesWhileVisible(devicesView, devices),
    bridge.onDidChangeState((state) => {
      void vscode.commands.executeCommand('setContext', 'tunewright.bridgeState', state);
      // Beside the welcome's button stands why it is needed; the editor takes an empty message for none.
      for (const view of [runsView, devicesView]) view.message = bridge.failure?.message ?? '';
    }),
    onSettingsChanged('bridgePython', () => {
      if (bridge.state !== 'idle') bridge.restart().catch((error: unknown) => showFailure(error, log));
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      bridge.retryIfFailed();
      void roots.ensure();
      if (server.isStarted) void feed.feed();
    }),
    ...registerCommands({
      bridge,
      runs,
      roots,
      interpreters,
      pythonExtension,
      secrets: new Secrets(extension.secrets),
      dashboards,
      documents,
      changes,
      engineFindings,
      log,
      extension: extension.extension,
      isConfig,
      selectedRun: () => runsView.selection[0],
    }),
  );

  // After activation has been told to be done: the rest waits for no one.
  setImmediate(() => {
    void recogniser.start();
    void watchRunsOfBefore(roots);
    void claims.sweep();
  });
}

/** A new window finds the runs that go on, whether or not their view is open. */
async function watchRunsOfBefore(roots: WatchedRoots): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const found = await Promise.all(
    folders.map(({ uri }) => exists(vscode.Uri.joinPath(uri, '.tunewright', 'runs'))),
  );
  if (found.includes(true)) await roots.ensure();
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

function devicesWhileVisible(view: vscode.TreeView<unknown>, devices: DeviceStore): vscode.Disposable {
  let looking: vscode.Disposable | undefined;
  const update = () => {
    if (view.visible && vscode.workspace.isTrusted) looking ??= devices.look();
    else {
      looking?.dispose();
      looking = undefined;
    }
  };
  update();
  return vscode.Disposable.from(
    view.onDidChangeVisibility(update),
    vscode.workspace.onDidGrantWorkspaceTrust(update),
    new vscode.Disposable(() => looking?.dispose()),
  );
}
