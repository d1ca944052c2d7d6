/** Reads the installed engine's schema through the bridge and hands it to the language server. */
import * as vscode from 'vscode';
import type { BridgeCalls } from '../bridge/bridge.ts';
import type { ChosenInterpreter } from '../environment/candidates.ts';
import type { Interpreters } from '../environment/interpreters.ts';
import { asFailure } from '../errors.ts';
import type { Log } from '../log.ts';
import type { LanguageServer } from './server.ts';

export interface SchemaFeedOptions {
  readonly bridge: BridgeCalls;
  readonly interpreters: Interpreters;
  readonly server: LanguageServer;
  readonly log: Log;
}

export type FeedState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly interpreter: string }
  | { readonly kind: 'live'; readonly interpreter: string }
  /** The bundled snapshot is in force, and why. */
  | { readonly kind: 'bundled'; readonly reason: string };

export class SchemaFeed {
  readonly #options: SchemaFeedOptions;
  readonly #changed = new vscode.EventEmitter<FeedState>();
  readonly #subscriptions: vscode.Disposable[];
  #state: FeedState = { kind: 'idle' };
  #isWanted = false;
  #round = 0;

  readonly onDidChange = this.#changed.event;

  constructor(options: SchemaFeedOptions) {
    this.#options = options;
    this.#subscriptions = [
      options.interpreters.onDidChange(() => {
        if (this.#isWanted) void this.feed();
      }),
    ];
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Gives the server the schema of the chosen engine. Never rejects: without one the snapshot serves. */
  async feed(): Promise<void> {
    this.#isWanted = true;
    this.#round += 1;
    const round = this.#round;
    const isStale = () => round !== this.#round;
    try {
      const chosen = await this.#options.interpreters.chosen();
      if (isStale()) return;
      if (!chosen) {
        await this.#useSnapshot(vscode.l10n.t('No interpreter is chosen.'));
        return;
      }
      if (chosen.environment.health !== 'ok') {
        await this.#useSnapshot(vscode.l10n.t('There is no working engine in {0}.', chosen.path));
        return;
      }
      await this.#read(chosen, isStale);
    } catch (error) {
      if (isStale()) return;
      const failure = asFailure(error);
      this.#options.log.warn(`The engine's schema cannot be read: ${failure.message}`);
      await this.#useSnapshot(failure.message);
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #read(chosen: ChosenInterpreter, isStale: () => boolean): Promise<void> {
    const { bridge, server, log } = this.#options;
    this.#enter({ kind: 'reading', interpreter: chosen.path });
    const { schema, isFromCache } = await bridge.request('schema/get', { interpreter: chosen.path });
    if (isStale()) return;
    await server.sendSchema({ schema, interpreter: chosen.path });
    log.info(`schema of engine ${schema.engineVersion} from ${chosen.path}${isFromCache ? ' (cached)' : ''}`);
    this.#enter({ kind: 'live', interpreter: chosen.path });
  }

  async #useSnapshot(reason: string): Promise<void> {
    const wasLive = this.#state.kind === 'live';
    this.#enter({ kind: 'bundled', reason });
    if (wasLive) await this.#options.server.sendSchema({ schema: null });
  }

  #enter(state: FeedState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}
