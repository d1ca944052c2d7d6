/** One running language server, through the client library. Loaded when the first config opens. */
import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node';
import { type RulesNotice, type SchemaNotice, SchemaStatus } from '../../../protocol/src/lsp.ts';
import { errorForLog } from '../log.ts';
import { onSettingsChanged, readSettings } from '../settings.ts';
import { LANGUAGE_ID } from './language.ts';

export interface StartClientOptions {
  readonly serverPath: string;
  readonly log: vscode.LogOutputChannel;
  onStatus(status: SchemaStatus): void;
}

/** What a started server can be told. */
export interface StartedServer {
  sendSchema(notice: SchemaNotice): Promise<void>;
  stop(): Promise<void>;
}

const STOP_DEADLINE_MS = 2_000;

/** Starts the server's process. Rejects where it does not answer. */
export async function startClient({ serverPath, log, onStatus }: StartClientOptions): Promise<StartedServer> {
  const client = new LanguageClient(
    LANGUAGE_ID,
    'Tunewright',
    { module: serverPath, transport: TransportKind.ipc },
    {
      documentSelector: [
        { language: LANGUAGE_ID },
        { language: 'json', scheme: 'file', pattern: '**/*.{pt,sft,rlhf,megatron-*}.json' },
      ],
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: {
        opensSuggestions: true,
        rules: readSettings().rules,
        ...(vscode.l10n.bundle ? { l10nBundle: vscode.l10n.bundle } : {}),
      },
    },
  );
  client.onNotification('tunewright/schemaStatus', (params: unknown) => {
    const status = SchemaStatus.safeParse(params);
    if (status.success) onStatus(status.data);
    else log.error(`The language server's schema status is not understood: ${status.error.message}`);
  });
  await client.start();
  const rulesChanged = onSettingsChanged('rules', () => {
    const notice: RulesNotice = { rules: readSettings().rules };
    client.sendNotification('tunewright/rules', notice).catch((error: unknown) => {
      log.error(`The language server does not hear how grave its rules are: ${errorForLog(error)}`);
    });
  });
  return {
    sendSchema: (notice) => client.sendNotification('tunewright/schema', notice),
    stop: () => {
      rulesChanged.dispose();
      return client.dispose(STOP_DEADLINE_MS);
    },
  };
}
