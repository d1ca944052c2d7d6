/** Every failure that the extension shows: its words, its buttons, and the one function that shows it. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { BridgeErrorCode, BridgeErrorData } from '../../protocol/src/errors.ts';
import { RunState } from '../../protocol/src/run.ts';
import type { Log } from './log.ts';
import { errorForLog } from './log.ts';
import { stateText } from './state-words.ts';

/** Failures of the editor's side; those of the bridge have codes of their own. */
export type EditorErrorCode =
  | 'workspace-untrusted'
  | 'bridge-missing'
  | 'bridge-needs-python'
  | 'bridge-ended'
  | 'bridge-silent'
  | 'bridge-misspoke'
  | 'interpreter-unknown'
  | 'no-config'
  | 'not-on-disk'
  | 'server-failed'
  | 'sample-missing';

export type FailureCode = BridgeErrorCode | EditorErrorCode;

/** A button under a message. */
export interface FailureAction {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** A failure that a person can act on. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly values: Readonly<Record<string, string>>;
  readonly actions: readonly FailureAction[];

  constructor(code: FailureCode, values: Readonly<Record<string, string>> = {}) {
    const { text, actions } = FAILURES[code];
    super(text(values));
    this.name = 'Failure';
    this.code = code;
    this.values = values;
    this.actions = actions?.(values) ?? [];
  }
}

/** The failure that a bridge's error stands for. */
export function bridgeFailure(data: BridgeErrorData): Failure {
  return new Failure(data.code, data.values);
}

interface FailureEntry {
  text(values: Readonly<Record<string, string>>): string;
  actions?(values: Readonly<Record<string, string>>): FailureAction[];
}

function chooseInterpreter(): FailureAction {
  return { title: l10n.t('Choose Interpreter'), command: 'tunewright.chooseInterpreter' };
}
function installEngine(interpreter: string | undefined): FailureAction {
  return {
    title: l10n.t('Install'),
    command: 'tunewright.installEngine',
    ...(interpreter === undefined ? {} : { arguments: [interpreter] }),
  };
}
function showLog(): FailureAction {
  return { title: l10n.t('Show Output'), command: 'tunewright.showLog' };
}
function openFile(path: string | undefined): FailureAction[] {
  return path === undefined
    ? []
    : [{ title: l10n.t('Open Config'), command: 'vscode.open', arguments: [vscode.Uri.file(path)] }];
}
function openSettings(setting: string): FailureAction {
  return { title: l10n.t('Open Settings'), command: 'workbench.action.openSettings', arguments: [setting] };
}
function restartBridge(): FailureAction {
  return { title: l10n.t('Restart'), command: 'tunewright.restartBridge' };
}

/** The bridge names a state by its code. */
function withStateWord(values: Readonly<Record<string, string>>): Record<string, string> {
  const state = RunState.safeParse(values.state);
  return state.success ? { ...values, state: stateText(state.data) } : values;
}

/** Code by code: what failed, why, and what to do next. `{name}` stands for a value of the failure. */
const FAILURES: Readonly<Record<FailureCode, FailureEntry>> = {
  'workspace-untrusted': {
    text: () =>
      l10n.t('This workspace is not trusted, and Tunewright starts nothing in it. Trust it to run configs.'),
    actions: () => [{ title: l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' }],
  },
  'bridge-missing': {
    text: (v) => l10n.t('A part of Tunewright is missing: {path}. Install the extension again.', v),
  },
  'bridge-needs-python': {
    text: () =>
      l10n.t(
        'Tunewright needs Python 3.10 or newer and found none. Install one, or say where it is in the settings.',
      ),
    actions: () => [openSettings('tunewright.bridgePython'), showLog()],
  },
  'bridge-ended': {
    text: (v) =>
      l10n.t('The bridge, which runs and watches for Tunewright, ended: {reason}. Runs go on without it.', v),
    actions: () => [restartBridge(), showLog()],
  },
  'bridge-silent': {
    text: (v) =>
      l10n.t('The bridge did not answer within {seconds} seconds. The output says what it was doing.', v),
    actions: () => [restartBridge(), showLog()],
  },
  'bridge-misspoke': {
    text: (v) =>
      l10n.t('The bridge answered {method} in a way that is not understood. Reload the window.', v),
    actions: () => [{ title: l10n.t('Reload Window'), command: 'workbench.action.reloadWindow' }, showLog()],
  },
  'interpreter-unknown': {
    text: () =>
      l10n.t(
        'No Python environment is chosen, and none was found in this workspace. Choose the one that has the engine.',
      ),
    actions: () => [chooseInterpreter()],
  },
  'no-config': {
    text: () => l10n.t('There is no config to run. Open a file such as first.sft.yaml and try again.'),
    actions: () => [{ title: l10n.t('Open the Sample'), command: 'tunewright.openSample' }],
  },
  'not-on-disk': {
    text: (v) => l10n.t('{name} is not a file on a disk. Save it in a folder, then run it.', v),
  },
  'server-failed': {
    text: (v) => l10n.t('Configs are not checked, because the language server does not start: {reason}.', v),
    actions: () => [showLog()],
  },
  'sample-missing': {
    text: (v) =>
      l10n.t('The sample is not part of this installation: {path}. Install the extension again.', v),
  },
  'interpreter-not-found': {
    text: (v) => l10n.t('There is no Python at {interpreter}. Choose an interpreter that exists.', v),
    actions: () => [chooseInterpreter()],
  },
  'engine-not-installed': {
    text: (v) =>
      l10n.t(
        'The engine (ms-swift) is not installed in {interpreter}. Install it there, or choose an interpreter that has it.',
        v,
      ),
    actions: (v) => [installEngine(v.interpreter), chooseInterpreter()],
  },
  'engine-broken': {
    text: (v) =>
      l10n.t(
        'The engine in {interpreter} does not start: {reason}. Repair that environment, or choose another interpreter.',
        v,
      ),
    actions: () => [chooseInterpreter(), { title: l10n.t('Run Doctor'), command: 'tunewright.doctor' }],
  },
  'config-not-found': { text: (v) => l10n.t('There is no config at {path}.', v) },
  'config-not-readable': {
    text: (v) => l10n.t('{path} cannot be read as a config: {reason}.', v),
    actions: (v) => openFile(v.path),
  },
  'config-invalid': {
    text: (v) => l10n.t('{path}: {reason}. Correct the config and start again.', v),
    actions: (v) => openFile(v.path),
  },
  'task-unknown': {
    text: (v) =>
      l10n.t(
        '{path} does not say which task it is for. Name it <name>.<task>.yaml, or write "# tunewright: <task>" in its first line.',
        v,
      ),
    actions: (v) => openFile(v.path),
  },
  'task-unsupported': { text: (v) => l10n.t('The task {task} cannot be run here: {reason}.', v) },
  'secret-missing': {
    text: (v) =>
      l10n.t(
        'The config needs the secret {name}, and neither the environment nor the secret storage has it.',
        v,
      ),
  },
  'model-not-found': {
    text: (v) =>
      l10n.t(
        "The config's {key} names the folder {path}, which does not exist. Create it or correct the path.",
        v,
      ),
  },
  'target-unknown': {
    text: (v) =>
      l10n.t('There is no target named {name}. Add it to targets.yaml or choose one of: {known}.', v),
  },
  'executor-unsupported': {
    text: (v) => l10n.t('The executor {executor} cannot be used here: {reason}.', v),
  },
  'run-not-found': {
    text: (v) => l10n.t('There is no run {run} in {root}. It may have been deleted.', v),
    actions: () => [{ title: l10n.t('Refresh'), command: 'tunewright.refresh' }],
  },
  'run-directory-unreadable': {
    text: (v) => l10n.t('The run directory {path} cannot be read: {reason}. Nothing was changed.', v),
  },
  'run-not-live': {
    text: (v) => l10n.t('The run {run} has already ended ({state}).', withStateWord(v)),
    actions: () => [{ title: l10n.t('Refresh'), command: 'tunewright.refresh' }],
  },
  'run-live': {
    text: (v) =>
      l10n.t(
        'The run {run} is still {state}. Stop it before it goes on from a checkpoint.',
        withStateWord(v),
      ),
  },
  'no-checkpoint': {
    text: (v) => l10n.t('The run {run} has no complete checkpoint to go on from. Start the config anew.', v),
  },
  'checkpoint-unusable': {
    text: (v) => l10n.t('The run cannot go on from {checkpoint}: {reason}. Choose another checkpoint.', v),
  },
  'not-queued': {
    text: (v) => l10n.t('The run {run} waits in no queue.', v),
    actions: () => [{ title: l10n.t('Refresh'), command: 'tunewright.refresh' }],
  },
  'directory-not-writable': {
    text: (v) =>
      l10n.t('The run cannot be stored in {path}: {reason}. Make the folder writable or work in another.', v),
  },
  'disk-full': {
    text: (v) => l10n.t('The disk that holds {path} is full. Free some space and start again.', v),
  },
  'supervisor-not-started': {
    text: (v) => l10n.t('The run {run} could not be started: {reason}.', v),
    actions: () => [showLog()],
  },
  'protocol-mismatch': {
    text: (v) =>
      l10n.t(
        'The editor and the bridge are of different versions ({theirs} and {ours}). Reload the window.',
        v,
      ),
    actions: () => [{ title: l10n.t('Reload Window'), command: 'workbench.action.reloadWindow' }],
  },
  'invalid-request': {
    text: (v) => l10n.t('The request {method} is not valid: {reason}.', v),
    actions: () => [showLog()],
  },
  internal: {
    text: (v) => l10n.t('The bridge failed unexpectedly: {reason}. The output has the details.', v),
    actions: () => [showLog()],
  },
};

/** Every code with words in the table, for the test that holds it against the protocol. */
export const FAILURE_CODES = Object.keys(FAILURES);

/** Any thrown value as a failure; what nobody foresaw becomes `internal`. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('internal', { reason: error instanceof Error ? error.message : String(error) });
}

/** Shows a failure with its buttons and runs the pressed one. `doing` says what could not be done, as a clause. */
export async function showFailure(error: unknown, log: Log, doing?: string): Promise<void> {
  const failure = asFailure(error);
  const message = doing === undefined ? failure.message : l10n.t('{0}: {1}', doing, failure.message);
  log.error(message);
  if (!(error instanceof Failure)) log.error(errorForLog(error));
  const pressed = await vscode.window.showErrorMessage(
    message,
    ...failure.actions.map((action) => action.title),
  );
  const action = failure.actions.find(({ title }) => title === pressed);
  if (action) await vscode.commands.executeCommand(action.command, ...(action.arguments ?? []));
}
