/** How each run state looks in the tree: icon, colour, and whether the run may still change. The words are in texts.ts. */
import type { RunState } from '../../../protocol/src/run.ts';

export interface StateLook {
  /** A codicon. Differs for each state, since colour alone carries no meaning. */
  readonly icon: string;
  readonly color: string | undefined;
  /** The protocol's `isLive`; repeated here so that activation loads no parser, and held against it by a test. */
  readonly isLive: boolean;
}

export const STATE_LOOKS: Readonly<Record<RunState, StateLook>> = {
  queued: { icon: 'clock', color: 'charts.yellow', isLive: true },
  starting: { icon: 'loading~spin', color: 'charts.blue', isLive: true },
  running: { icon: 'play-circle', color: 'charts.blue', isLive: true },
  stopping: { icon: 'stop-circle', color: 'charts.yellow', isLive: true },
  succeeded: { icon: 'pass', color: 'charts.green', isLive: false },
  failed: { icon: 'error', color: 'charts.red', isLive: false },
  cancelled: { icon: 'circle-slash', color: undefined, isLive: false },
  lost: { icon: 'question', color: 'charts.orange', isLive: false },
};

export function isLiveState(state: RunState): boolean {
  return STATE_LOOKS[state].isLive;
}
