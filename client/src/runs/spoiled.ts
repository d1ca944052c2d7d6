/** Which checkpoints were saved after training had gone wrong: whole on the disk, and worth nothing. */
import type { Alert, AlertKind } from '../../../protocol/src/alert.ts';
import type { CheckpointSummary } from '../../../protocol/src/checkpoint.ts';

/** Kinds that mean that the weights are spoiled from their step on. */
const SPOILING_KINDS: readonly AlertKind[] = ['nan', 'divergence'];

/** The alert that had begun before the checkpoint was saved, and went on. */
export function spoiledBy(
  { attempt, step, createdAtMs }: CheckpointSummary,
  alerts: readonly Alert[],
): Alert | undefined {
  return alerts.find(
    (alert) =>
      SPOILING_KINDS.includes(alert.kind) &&
      alert.attempt === attempt &&
      alert.step !== undefined &&
      alert.step <= step &&
      (alert.endedAtMs === undefined || createdAtMs < alert.endedAtMs),
  );
}
