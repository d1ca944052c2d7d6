/** Holds work back to a pace: once an animation frame, or once in so many milliseconds for each key. */

/** Runs `work` at most once an animation frame, however often it is asked for. */
export function createFrame(work: () => void): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      work();
    });
  };
}

/**
 * Calls `work(key, value)` at once, then at most every `intervalMs` for the same key.
 * The newest value is never lost: it comes when the pause is over.
 */
export function createThrottle<Value>(
  intervalMs: number,
  work: (key: string, value: Value) => void,
): (key: string, value: Value) => void {
  const pausing = new Map<string, { next: Value } | undefined>();
  const run = (key: string, value: Value): void => {
    pausing.set(key, undefined);
    work(key, value);
    setTimeout(() => {
      const waiting = pausing.get(key);
      pausing.delete(key);
      if (waiting !== undefined) run(key, waiting.next);
    }, intervalMs);
  };
  return (key, value) => {
    if (pausing.has(key)) pausing.set(key, { next: value });
    else run(key, value);
  };
}
