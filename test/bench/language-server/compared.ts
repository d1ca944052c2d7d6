/** Two series of measurements, ours and the peer's, and how many times the peer's is ours. */
import { exactSpread, type Spread } from '../figures.ts';

export interface Compared {
  readonly ours: Spread;
  readonly peer: Spread;
  /** Of the medians: above 1, ours is the faster one. */
  readonly ratio: number;
}

/** Where the peer waits before it begins: its time less this wait is what it computes. */
export interface ComparedComputing extends Compared {
  readonly computingRatio: number;
}

export class Series {
  readonly #ours: number[] = [];
  readonly #peer: number[] = [];

  add(ours: number, peer: number): void {
    this.#ours.push(ours);
    this.#peer.push(peer);
  }

  compared(): Compared {
    const [ours, peer] = [exactSpread(this.#ours), exactSpread(this.#peer)];
    return { ours: shown(ours), peer: shown(peer), ratio: ratioOf(peer.p50, ours.p50) };
  }

  comparedWithout(peerWaitMs: number): ComparedComputing {
    const [ours, peer] = [exactSpread(this.#ours), exactSpread(this.#peer)];
    return { ...this.compared(), computingRatio: ratioOf(peer.p50 - peerWaitMs, ours.p50) };
  }
}

export function ratioOf(peer: number, ours: number): number {
  return hundredths(peer / ours);
}

function shown({ p50, p95 }: Spread): Spread {
  return { p50: hundredths(p50), p95: hundredths(p95) };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
