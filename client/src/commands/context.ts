/** What the commands work with, and how they find the run or the config that they are meant for. */
import * as vscode from 'vscode';
import type { Bridge } from '../bridge/bridge.ts';
import type { Interpreters } from '../environment/interpreters.ts';
import type { PythonExtensionSource } from '../environment/python-extension.ts';
import type { Secrets } from '../environment/secrets.ts';
import { Failure } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineFindings } from '../lsp/engine-findings.ts';
import type { Dashboards } from '../panels/dashboards.ts';
import type { ConfigChanges } from '../runs/config-changes.ts';
import type { ProductDocuments } from '../runs/documents.ts';
import { isLiveState } from '../runs/looks.ts';
import { runLabel } from '../runs/names.ts';
import type { WatchedRoots } from '../runs/roots.ts';
import type { RunStore, TrackedRun } from '../runs/store.ts';
import { canResume } from '../runs/tasks.ts';
import { runDescription } from '../runs/texts.ts';
import { isRunNode } from '../runs/tree.ts';

export interface CommandContext {
  readonly bridge: Bridge;
  readonly runs: RunStore;
  readonly roots: WatchedRoots;
  readonly interpreters: Interpreters;
  readonly pythonExtension: PythonExtensionSource;
  readonly secrets: Secrets;
  readonly dashboards: Dashboards;
  readonly documents: ProductDocuments;
  readonly changes: ConfigChanges;
  readonly engineFindings: EngineFindings;
  readonly log: Log;
  readonly extension: vscode.Extension<unknown>;
  isConfig(document: vscode.TextDocument): boolean;
  /** What is selected in the Runs view. */
  selectedRun(): unknown;
}

/** A command: its arguments come from menus, lenses, the palette and other extensions, so they are unknown. */
export interface Command {
  /** What could not be done, as the beginning of a sentence, where it fails. */
  readonly doing?: () => string;
  run(context: CommandContext, argument: unknown): Promise<void>;
}

/** Nothing that starts Python happens in a workspace that is not trusted. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new Failure('workspace-untrusted');
}

/** The config that is meant: the one passed, or that of a run, or the active editor's. */
export async function configOf(context: CommandContext, argument: unknown): Promise<vscode.Uri> {
  if (isRunNode(argument)) {
    const run = context.runs.find(argument.runId);
    if (run) return vscode.Uri.file(run.summary.configPath);
  }
  const uri = argument instanceof vscode.Uri ? argument : activeConfig(context);
  if (!uri) throw new Failure('no-config');
  if (uri.scheme !== 'file')
    throw new Failure('not-on-disk', { name: uri.path.split('/').at(-1) ?? uri.path });
  return uri;
}

function activeConfig({ isConfig }: CommandContext): vscode.Uri | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const active = activeTextEditor?.document;
  if (active && (isConfig(active) || active.isUntitled)) return active.uri;
  // With the focus in a dashboard, the config beside it is meant.
  return active ? undefined : visibleTextEditors.find(({ document }) => isConfig(document))?.document.uri;
}

/** What a command can be done with. */
export type RunFilter = 'live' | 'queued' | 'resumable';

const FITS: Readonly<Record<RunFilter, (run: TrackedRun['summary']) => boolean>> = {
  live: ({ state }) => isLiveState(state),
  queued: ({ queuePlace }) => queuePlace !== undefined,
  resumable: canResume,
};

/** Passed by keys of the Runs view: the run that is selected there is meant. */
const SELECTED = 'selected';

/**
 * The run that is meant: the one passed or selected, the live or else the newest of the active config, or the person's
 * choice.
 */
export async function runOf(
  context: CommandContext,
  argument: unknown,
  only?: RunFilter,
): Promise<TrackedRun | undefined> {
  const { runs, roots } = context;
  await roots.ensure();
  const fits = ({ summary }: TrackedRun) => only === undefined || FITS[only](summary);
  const node = argument === SELECTED ? context.selectedRun() : argument;
  if (isRunNode(node)) {
    const run = runs.find(node.runId);
    if (!run) throw new Failure('run-not-found', { run: node.runId, root: '.tunewright/runs' });
    return run;
  }
  if (argument === SELECTED) return undefined;
  const config = argument instanceof vscode.Uri ? argument : activeConfig(context);
  const ofConfig = config ? runs.runsOf(config.fsPath).filter(fits) : [];
  const live = ofConfig.find(({ summary }) => isLiveState(summary.state));
  return live ?? ofConfig[0] ?? pickRun(runs.runs().filter(fits));
}

async function pickRun(runs: readonly TrackedRun[]): Promise<TrackedRun | undefined> {
  if (runs.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no such run here.'));
    return undefined;
  }
  const items = runs.map((run) => ({
    label: runLabel(run.summary),
    description: runDescription(run.summary, run.losses, Date.now()),
    detail: new Date(run.summary.createdAtMs).toLocaleString(),
    run,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Choose a run'),
    matchOnDescription: true,
  });
  return picked?.run;
}
