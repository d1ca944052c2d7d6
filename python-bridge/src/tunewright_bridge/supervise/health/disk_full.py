"""A disk that has, or soon will have, no room for the next checkpoint."""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from tunewright_bridge.supervise.health.detector import Detector, Sample, Symptom
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.robust import median
from tunewright_bridge.supervise.health.sizes import bytes_text

# Below this, logs and records cannot be written for long either.
_LEAST_BYTES = 64 * 1024 * 1024
_ROOM_TO_END = 1.2
# To say how fast a disk fills, and how far ahead that holds.
_LEAST_SAMPLES = 12
_MOST_SAMPLES = 120
_TIMES_AHEAD = 10.0


class DiskFullDetector(Detector):
    """Compares the room where checkpoints go with what the next one takes."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._room: deque[tuple[float, int]] = deque(maxlen=_MOST_SAMPLES)
        self._checkpoint_bytes: int | None = None
        self._is_found = False

    def take_sample(self, sample: Sample) -> None:
        if sample.free_disk_bytes is not None:
            self._room.append((sample.at, sample.free_disk_bytes))
        if sample.checkpoint_bytes is not None:
            self._checkpoint_bytes = sample.checkpoint_bytes

    def symptoms(self, now: float) -> Sequence[Symptom]:
        if not self._room:
            return ()
        free = self._room[-1][1]
        needed = max(_LEAST_BYTES, self._next_checkpoint_bytes())
        limit = needed * (_ROOM_TO_END if self._is_found else 1.0)
        self._is_found = free < limit or free + self._change_until_checkpoint() < limit
        if not self._is_found:
            return ()
        step = None if self.pace.last is None else self.pace.last.step
        return [Symptom("disk_full", step=step, values={"free": bytes_text(free), "needed": bytes_text(needed)})]

    def _next_checkpoint_bytes(self) -> int:
        last = self.pace.last
        is_over = last is not None and last.closes_training
        if not self.plan.is_training or not self.plan.may_save or is_over:
            return 0
        return self._checkpoint_bytes or 0

    def _change_until_checkpoint(self) -> float:
        """Bytes that the room will have changed by, where it shrinks steadily; a checkpoint in between is no trend."""
        seconds = self._seconds_until_checkpoint()
        if seconds is None or len(self._room) < _LEAST_SAMPLES:
            return 0.0
        samples = list(self._room)
        rates = [
            (after - before) / max(later - earlier, 1e-3) for (earlier, before), (later, after) in pairwise(samples)
        ]
        ahead = min(seconds, _TIMES_AHEAD * (samples[-1][0] - samples[0][0]))
        return min(0.0, median(rates) * ahead)

    def _seconds_until_checkpoint(self) -> float | None:
        last, per_step = self.pace.last, self.pace.seconds_per_step
        if last is None or per_step is None or not self.plan.may_save or last.closes_training:
            return None
        every = self.plan.saving.steps(last.max_steps)
        if every is None:
            return None
        steps = every - last.step % every
        if last.max_steps is not None:
            steps = min(steps, last.max_steps - last.step)
        return steps * per_step
