/** The language client: starts dist/server.js when the first config opens, and speaks our own notifications with it. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SchemaNotice, SchemaStatus } from '../../../protocol/src/lsp.ts';
import { Failure } from '../errors.ts';
import { errorForLog } from '../log.ts';
import type { StartedServer } from './client.ts';

export interface LanguageServerOptions {
  readonly extensionFolder: string;
  readonly log: vscode.LogOutputChannel;
}

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
    // The client library is most of the extension's code; nothing of it is loaded before a config opens.
    const { startClient } = await import('./client.ts');
    try {
      return await startClient({
        serverPath: join(extensionFolder, 'dist', 'server.js'),
        log,
        onStatus: (status) => {
          this.#status = status;
          this.#statusChanged.fire(status);
        },
      });
    } catch (error) {
      throw new Failure('server-failed', { reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
