/** The lenses over the first line of a config: run it, resume what ended early, or stop and watch what it runs. */
import * as vscode from 'vscode';
import { isLiveState } from './looks.ts';
import type { RunStore, TrackedRun } from './store.ts';
import { canResume } from './tasks.ts';

export interface RunCodeLensesOptions {
  readonly store: RunStore;
  isConfig(document: vscode.TextDocument): boolean;
  /** Whether the runs of a config are not known yet and soon will be. */
  isLookingFor(config: vscode.Uri): boolean;
  /** Whether a person is changing the config so that its run goes on with it. */
  isBeingChanged(path: string): boolean;
}

export class RunCodeLenses implements vscode.CodeLensProvider {
  readonly #options: RunCodeLensesOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #shownFor = new Map<string, string>();

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(options: RunCodeLensesOptions) {
    this.#options = options;
    this.#subscription = options.store.onDidChange(() => this.refreshWhereDifferent());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.#options.isConfig(document)) return [];
    const path = document.uri.fsPath;
    const commands = this.#commandsOver(path);
    this.#shownFor.set(path, situation(commands));
    const range = new vscode.Range(0, 0, 0, 0);
    return commands.map((command) => new vscode.CodeLens(range, command));
  }

  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** Progress comes many times a second and changes no lens; drawing them anew would make the text jump. */
  refreshWhereDifferent(): void {
    const isDifferent = [...this.#shownFor].some(
      ([path, shown]) => shown !== situation(this.#commandsOver(path)),
    );
    if (isDifferent) this.#changed.fire();
  }

  #commandsOver(path: string): vscode.Command[] {
    const { store, isLookingFor, isBeingChanged } = this.#options;
    if (isLookingFor(vscode.Uri.file(path))) return lensesWhileLooking();
    const lenses = lensesOf(store, path);
    return isBeingChanged(path) ? [resumeWithThis(store, path), ...lenses] : lenses;
  }
}

function situation(commands: readonly vscode.Command[]): string {
  return commands.map(({ title }) => title).join('\n');
}

/**
 * The commands take no arguments: they work on the active config, which the lens stands in. The editor keeps arguments
 * only as long as the lenses that it was last given, and a click on one that is just being replaced would find none.
 */
function lensesOf(store: RunStore, path: string): vscode.Command[] {
  const resolved = showResolved();
  const runs = store.runsOf(path);
  const dashboard: vscode.Command = {
    title: vscode.l10n.t('Open dashboard'),
    command: 'tunewright.openDashboard',
  };
  if (runs.some(isLiveRun)) {
    const stop = { title: `$(debug-stop) ${vscode.l10n.t('Stop')}`, command: 'tunewright.stop' };
    return [stop, dashboard, resolved];
  }
  const run = { title: `$(play) ${vscode.l10n.t('Run')}`, command: 'tunewright.run' };
  const check = { title: vscode.l10n.t('Check on engine'), command: 'tunewright.checkOnEngine' };
  const [newest] = runs;
  if (!newest) return [run, check, resolved];
  const endedEarly = newest.summary.state !== 'succeeded' && canResume(newest.summary);
  const resume = { title: `$(debug-continue) ${vscode.l10n.t('Resume…')}`, command: 'tunewright.resume' };
  return endedEarly ? [run, resume, check, dashboard, resolved] : [run, check, dashboard, resolved];
}

/** Before the list of runs is here, a config that runs looks like one that does not. */
function lensesWhileLooking(): vscode.Command[] {
  const looking = { title: `$(loading~spin) ${vscode.l10n.t('Looking for its runs')}`, command: '' };
  return [looking, showResolved()];
}

function showResolved(): vscode.Command {
  return { title: vscode.l10n.t('Show resolved config'), command: 'tunewright.showResolvedConfig' };
}

function resumeWithThis(store: RunStore, path: string): vscode.Command {
  const title = store.runsOf(path).some(isLiveRun)
    ? vscode.l10n.t('Stop, and resume with this config…')
    : vscode.l10n.t('Resume with this config…');
  return { title: `$(debug-continue) ${title}`, command: 'tunewright.resumeWithThisConfig' };
}

function isLiveRun({ summary }: TrackedRun): boolean {
  return isLiveState(summary.state);
}
