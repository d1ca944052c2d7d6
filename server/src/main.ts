/** The language server's process: connects an editor with the features. Reads its own bundled schema and nothing else. */
import { config as configureTexts } from '@vscode/l10n';
import { type InitializeParams, TextDocumentSyncKind } from 'vscode-languageserver';
import { createConnection, ProposedFeatures, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { RulesNotice, SchemaNotice, ServerOptions } from '../../protocol/src/lsp.ts';
import { pulls, pushDiagnostics } from './features/diagnostics.ts';
import type { Editor } from './features/feature.ts';
import { FEATURES } from './features/index.ts';
import { readRulePages } from './features/rule-pages.ts';
import { describe, Session } from './features/session.ts';
import { severitiesOf } from './rules/severities.ts';
import { readBundledSchema } from './schema/bundled.ts';
import { SchemaStore } from './schema/store.ts';

/** A config is judged in a millisecond or two, at once; texts above this wait until typing pauses. */
const PROMPT_TEXT_CHARACTERS = 100_000;
const PUSH_DELAY_MS = 50;

const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);
const schemas = new SchemaStore(() => readBundledSchema(import.meta.url));
const session = new Session({
  schemas,
  open: (uri) => documents.get(uri),
  log: (message) => connection.console.error(message),
  rulePages: readRulePages(import.meta.url),
});

function editorOf({ capabilities, initializationOptions }: InitializeParams): Editor {
  const options = ServerOptions.safeParse(initializationOptions ?? {});
  if (!options.success)
    connection.console.warn(`The editor's options are not understood: ${options.error.message}`);
  const { l10nBundle, opensSuggestions, rules } = options.data ?? {};
  if (rules) session.judgeBy(severitiesOf(rules));
  if (l10nBundle) configureTexts({ contents: l10nBundle });
  return { capabilities, opensSuggestions: opensSuggestions ?? false };
}

connection.onInitialize((params) => {
  const editor = editorOf(params);
  const promised = FEATURES.map((feature) => feature.capabilities(editor));
  for (const feature of FEATURES) feature.attach(connection, session, editor);
  if (!pulls(editor)) pushOnChange();
  acceptSchemas(editor);
  acceptRuleSettings(editor);
  return {
    capabilities: Object.assign({ textDocumentSync: TextDocumentSyncKind.Incremental }, ...promised),
    serverInfo: { name: 'Tunewright' },
  };
});

connection.onInitialized(() => announceSchema());

function acceptSchemas(editor: Editor): void {
  connection.onNotification('tunewright/schema', (params: unknown) => {
    const notice = SchemaNotice.safeParse(params);
    if (!notice.success) {
      connection.console.error(`The engine's schema is not understood: ${notice.error.message}`);
      return;
    }
    schemas.take(notice.data);
    announceSchema();
    judgeAgain(editor);
  });
}

function acceptRuleSettings(editor: Editor): void {
  connection.onNotification('tunewright/rules', (params: unknown) => {
    const notice = RulesNotice.safeParse(params);
    if (!notice.success) {
      connection.console.error(`The settings of rules are not understood: ${notice.error.message}`);
      return;
    }
    session.judgeBy(severitiesOf(notice.data.rules));
    judgeAgain(editor);
  });
}

function judgeAgain(editor: Editor): void {
  if (!pulls(editor)) for (const { uri } of documents.all()) push(uri);
  else if (editor.capabilities.workspace?.diagnostics?.refreshSupport)
    connection.languages.diagnostics.refresh();
}

function announceSchema(): void {
  void connection.sendNotification('tunewright/schemaStatus', schemas.status);
}

function push(uri: string): void {
  pushDiagnostics(connection, session, uri).catch((error: unknown) =>
    connection.console.error(describe(error)),
  );
}

function pushOnChange(): void {
  const timers = new Map<string, NodeJS.Timeout>();
  documents.onDidChangeContent(({ document }) => {
    const { uri } = document;
    clearTimeout(timers.get(uri));
    const isPrompt = document.getText().length <= PROMPT_TEXT_CHARACTERS;
    // What somebody waits for that came with the change, as suggestions, is answered before the text is judged.
    const timer = setTimeout(() => push(uri), isPrompt ? 0 : PUSH_DELAY_MS);
    timers.set(uri, timer);
  });
  documents.onDidClose(({ document: { uri } }) => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
}

documents.onDidClose(({ document }) => session.forget(document.uri));
documents.listen(connection);
connection.listen();
