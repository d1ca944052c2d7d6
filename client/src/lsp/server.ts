/** The language client: starts dist/server.js when the first config opens, and speaks our own notifications with it. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SchemaNotice, SchemaStatus } from '../../../protocol/src/lsp.ts';
import { Failure } from '../errors.ts';
import { errorForLog } from '../log.ts';

export const LANGUAGE_ID = 'tunewright';

export interface LanguageServerOptions {
  readonly extensionFolder: string;
  readonly log: vscode.LogOutputChannel;
}

/** What a started server can be told. */
interface StartedServer {
  sendSchema(notice: SchemaNotice): Promise<void>;
  stop(): Promise<void>;
}

const STOP_DEADLINE_MS = 2_000;

export class LanguageServer {
  readonly #options: LanguageServerOptions;
  readonly #statusChanged = new vscode.EventEmitter<SchemaStatus>();
  #server: Promise<StartedServer> | undefined;
  #status: SchemaStatus | undefined;

  /** Which schema the server goes by. */
  readonly onDidChangeStatus = this.#statusChanged.event;

  constructor(options: LanguageServerOptions) {
    this.#options = options;
  }

  get status(): SchemaStatus | undefined {
    return this.#status;
  }

  get isStarted(): boolean {
    return this.#server !== undefined;
  }

  /** Starts the server, once. Rejects with a {@link Failure} where it does not start; the next call tries again. */
  async start(): Promise<void> {
    await this.#started();
  }

  async sendSchema(notice: SchemaNotice): Promise<void> {
    const server = await this.#started();
    await server.sendSchema(notice);
  }

  async dispose(): Promise<void> {
    this.#statusChanged.dispose();
    const server = this.#server;
    this.#server = undefined;
    try {
      await (await server)?.stop();
    } catch (error) {
      this.#options.log.debug(`The language server did not stop in time: ${errorForLog(error)}`);
    }
  }

  #started(): Promise<StartedServer> {
    if (!this.#server) {
      this.#server = this.#start();
      this.#server.catch(() => {
        this.#server = undefined;
      });
    }
    return this.#server;
  }

  async #start(): Promise<StartedServer> {
    const { extensionFolder, log } = this.#options;
    const [{ LanguageClient, RevealOutputChannelOn, TransportKind }, { SchemaStatus: StatusParser }] =
      await Promise.all([import('vscode-languageclient/node'), import('../../../protocol/src/lsp.ts')]);
    const client = new LanguageClient(
      LANGUAGE_ID,
      'Tunewright',
      { module: join(extensionFolder, 'dist', 'server.js'), transport: TransportKind.ipc },
      {
        documentSelector: [
          { language: LANGUAGE_ID },
          { language: 'json', scheme: 'file', pattern: '**/*.{pt,sft,rlhf,megatron-*}.json' },
        ],
        outputChannel: log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: {
          opensSuggestions: true,
          ...(vscode.l10n.bundle ? { l10nBundle: vscode.l10n.bundle } : {}),
        },
      },
    );
    client.onNotification('tunewright/schemaStatus', (params: unknown) => {
      const status = StatusParser.safeParse(params);
      if (!status.success) {
        log.error(`The language server's schema status is not understood: ${status.error.message}`);
        return;
      }
      this.#status = status.data;
      this.#statusChanged.fire(status.data);
    });
    try {
      await client.start();
    } catch (error) {
      throw new Failure('server-failed', { reason: error instanceof Error ? error.message : String(error) });
    }
    return {
      sendSchema: (notice) => client.sendNotification('tunewright/schema', notice),
      stop: () => client.dispose(STOP_DEADLINE_MS),
    };
  }
}
