/** Which checkpoints were saved after training had gone wrong: whole on the disk, and worth nothing. */
import type { Alert, AlertKind } from '../../../protocol/src/alert.ts';
import type { CheckpointSummary } from '../../../protocol/src/checkpoint.ts';

/** Kinds that mean that the weights are spoiled from their step on; the bridge's `supervise/spoiling.py` has the same. */
const SPOILING_KINDS: readonly AlertKind[] = ['nan', 'zero_loss', 'divergence'];
/** No step is taken by what an evaluation finds. */
const EVALUATED_SERIES = 'eval_loss';

/** The alert that had begun before the checkpoint was saved, and went on. */
export function spoiledBy(
  { attempt, step, createdAtMs }: CheckpointSummary,
  alerts: readonly Alert[],
): Alert | undefined {
  return alerts.find(
    (alert) =>
      SPOILING_KINDS.includes(alert.kind) &&
      alert.series !== EVALUATED_SERIES &&
      alert.attempt === attempt &&
      alert.step !== undefined &&
      alert.step <= step &&
      (alert.endedAtMs === undefined || createdAtMs < alert.endedAtMs),
  );
}
