/** The status bar's `schema: engine 4.6.0 (.venv)`; shown beside our own files only. */
import * as vscode from 'vscode';
import type { SchemaStatus } from '../../../protocol/src/lsp.ts';
import { shortInterpreterName } from '../environment/candidates.ts';
import { LANGUAGE_ID } from './language.ts';
import type { FeedState, SchemaFeed } from './schema-feed.ts';
import type { LanguageServer } from './server.ts';

const PRIORITY = 40;

/** The item's text; undefined while the server has not said by which schema it goes. */
export function schemaText(status: SchemaStatus | undefined, feed: FeedState): string | undefined {
  if (feed.kind === 'reading') {
    return vscode.l10n.t('schema: reading {0}', shortInterpreterName(feed.interpreter));
  }
  if (!status) return undefined;
  const from =
    status.isBundled || status.interpreter === undefined
      ? vscode.l10n.t('built in')
      : shortInterpreterName(status.interpreter);
  return vscode.l10n.t('schema: engine {0} ({1})', status.engineVersion, from);
}

export class SchemaStatusBar {
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: vscode.Disposable[];

  constructor(server: LanguageServer, feed: SchemaFeed) {
    this.#item = vscode.window.createStatusBarItem(
      'tunewright.schema',
      vscode.StatusBarAlignment.Right,
      PRIORITY,
    );
    this.#item.name = vscode.l10n.t('Tunewright schema');
    this.#item.command = 'tunewright.chooseInterpreter';
    const show = () => this.#show(server, feed);
    this.#subscriptions = [
      server.onDidChangeStatus(show),
      feed.onDidChange(show),
      vscode.window.onDidChangeActiveTextEditor(show),
    ];
    show();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }

  #show(server: LanguageServer, feed: SchemaFeed): void {
    const isBesideOurs = vscode.window.activeTextEditor?.document.languageId === LANGUAGE_ID;
    const text = schemaText(server.status, feed.state);
    if (!isBesideOurs || text === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = feed.state.kind === 'reading' ? `$(sync~spin) ${text}` : text;
    this.#item.tooltip = tooltip(server.status, feed.state);
    this.#item.show();
  }
}

function tooltip(status: SchemaStatus | undefined, feed: FeedState): string {
  const lines =
    status?.isBundled === false && status.interpreter !== undefined
      ? [vscode.l10n.t('Configs are checked against the engine in {0}.', status.interpreter)]
      : [vscode.l10n.t('Configs are checked against the schema that comes with the extension.')];
  if (feed.kind === 'bundled') lines.push(feed.reason);
  if (!vscode.workspace.isTrusted)
    lines.push(vscode.l10n.t('The workspace is not trusted, so the installed engine is not read.'));
  lines.push(vscode.l10n.t('Click to choose another interpreter.'));
  return lines.join('\n');
}
