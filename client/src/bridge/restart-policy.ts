/** When a bridge that ended by itself is started again, and when that is given up: the one place that decides. */

export interface RestartLimits {
  /** Restarts within {@link windowMs} after which it is given up. */
  readonly maxRestarts: number;
  readonly windowMs: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const RESTART_LIMITS: RestartLimits = {
  maxRestarts: 5,
  windowMs: 3 * 60_000,
  firstDelayMs: 200,
  maxDelayMs: 10_000,
};

export class RestartPolicy {
  readonly #limits: RestartLimits;
  readonly #now: () => number;
  #endings: number[] = [];

  constructor(limits: RestartLimits = RESTART_LIMITS, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts an unexpected end. Gives the wait before the next start in ms, or undefined where it is given up. */
  delayAfterEndMs(): number | undefined {
    const { maxRestarts, windowMs, firstDelayMs, maxDelayMs } = this.#limits;
    const now = this.#now();
    this.#endings = [...this.#endings.filter((at) => now - at < windowMs), now];
    const recent = this.#endings.length;
    if (recent > maxRestarts) return undefined;
    return Math.min(maxDelayMs, firstDelayMs * 2 ** (recent - 1));
  }

  /** Somebody asked for a fresh start. */
  forgive(): void {
    this.#endings = [];
  }
}
