/**
 * Gestures of several steps, begun again where the window undid one midway. An editor takes the focus when it pleases:
 * a dashboard that is shown closes the quick input, a list that is redrawn swallows a click. A person tries again.
 */

const TRIES = 5;
/** What a step of the first try may take; each further try has twice the patience, for a machine that is merely slow. */
const FIRST_PATIENCE_MS = 4000;

export interface Gesture {
  /** What it does, for the failure to say. */
  name: string;
  /** All of it, from a window in any state; no step takes longer than it is told. */
  attempt(patienceMs: number): Promise<void>;
  /** Puts away what a broken attempt left open. */
  undo(): Promise<void>;
}

export async function perform({ name, attempt, undo }: Gesture): Promise<void> {
  let failure: unknown;
  for (let count = 1; count <= TRIES; count += 1) {
    try {
      await attempt(FIRST_PATIENCE_MS * 2 ** (count - 1));
      return;
    } catch (error) {
      failure = error;
      console.log(`[gesture] ${name}: try ${count} of ${TRIES} failed; ${inOneLine(error)}`);
      await undo();
    }
  }
  throw new Error(`${name} failed ${TRIES} times`, { cause: failure });
}

/** What went wrong, and what was waited for. */
function inOneLine(error: unknown): string {
  return String(error).split('\n', 3).join(' ');
}
