/** What a person has been told of runs, by any window and before any reload, so that nothing is told twice. */
import type * as vscode from 'vscode';
import { errorForLog, type Log } from '../log.ts';

const MEMORY_KEY = 'told';
const MAX_REMEMBERED = 500;
/** Trouble that comes and goes is told again after so long. */
const QUIET_MS = 30 * 60_000;
/** A window in the background waits so long, so that the one in which somebody works tells where there is one. */
const BACKGROUND_WAIT_MS = 2_000;

/** Something to tell: what it is about, and when it happened. */
export interface News {
  readonly key: string;
  readonly atMs: number;
}

export interface ToldOptions {
  /** Shared by all windows, and kept when one is reloaded. */
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  /** Whether this is the window in which somebody works. */
  isFocused(): boolean;
  /** Whether this window is the one that may tell what has this name. */
  claim(name: string): boolean;
  readonly log: Log;
  readonly backgroundWaitMs?: number;
}

export class Told {
  readonly #options: ToldOptions;
  /** What this window has told, or waits to tell, and when it happened. */
  readonly #own = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: ToldOptions) {
    this.#options = options;
  }

  /** Whether somebody was told of this, or is about to be. */
  has(key: string): boolean {
    return this.#own.has(key) || this.#remembered().has(key);
  }

  /** Calls `tell` with what nobody was told of, where there is any: at once in the window in which somebody works. */
  tellOnce<N extends News>(candidates: readonly N[], tell: (news: readonly N[]) => void): void {
    const remembered = this.#remembered();
    const news = candidates.filter((one) => isNews(one, this.#own) && isNews(one, remembered));
    if (news.length === 0) return;
    keep(this.#own, news);
    if (this.#options.isFocused()) {
      this.#tell(news, tell);
      return;
    }
    const { backgroundWaitMs = BACKGROUND_WAIT_MS } = this.#options;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const rememberedNow = this.#remembered();
      const untold = news.filter((one) => isNews(one, rememberedNow));
      this.#tell(untold, tell);
    }, backgroundWaitMs);
    this.#timers.add(timer);
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #tell<N extends News>(untold: readonly N[], tell: (news: readonly N[]) => void): void {
    const news = untold.filter((one) => this.#options.claim(claimOf(one)));
    if (news.length === 0) return;
    const remembered = this.#remembered();
    keep(remembered, news);
    this.#options.memory
      .update(MEMORY_KEY, [...remembered])
      .then(undefined, (error: unknown) =>
        this.#options.log.warn(`What was told cannot be remembered: ${errorForLog(error)}`),
      );
    tell(news);
  }

  #remembered(): Map<string, number> {
    const stored = this.#options.memory.get<unknown>(MEMORY_KEY);
    return new Map(Array.isArray(stored) ? stored.filter(isPair) : []);
  }
}

function isNews({ key, atMs }: News, told: ReadonlyMap<string, number>): boolean {
  const lastAtMs = told.get(key);
  return lastAtMs === undefined || atMs - lastAtMs >= QUIET_MS;
}

/** One name for what all windows hear of as one: trouble that is told again comes later. */
function claimOf({ key, atMs }: News): string {
  return `${key}/${Math.floor(atMs / QUIET_MS)}`;
}

/** Adds at the end, and drops from the beginning what is too much. */
function keep(told: Map<string, number>, news: readonly News[]): void {
  for (const { key, atMs } of news) {
    told.delete(key);
    told.set(key, atMs);
  }
  for (const key of told.keys()) {
    if (told.size <= MAX_REMEMBERED) break;
    told.delete(key);
  }
}

/** Another version of the extension may have stored anything. */
function isPair(value: unknown): value is [string, number] {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number'
  );
}
