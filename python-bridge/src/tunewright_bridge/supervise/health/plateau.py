"""A loss that no longer falls: a hint, since that may be all there is to learn."""

from collections.abc import Sequence

from tunewright_bridge.supervise.health.detector import Detector, Symptom
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point
from tunewright_bridge.supervise.health.robust import median

# Lines are put together in groups, which grow with the run.
_MOST_GROUPS = 240
_SAMPLED_LINES = 32
_LEAST_LINES = 300
# Of the run: how much must have passed, how much must be left, and how much is looked at.
_PASSED = 0.25
_LEFT = 0.1
_LOOKED_AT = 0.5
_THIRDS = 3
_LEAST_FALL = 0.005
_LARGEST_RISE = 0.05
_FALL_TO_END = 0.02
# What is so small already has been learned.
_LEARNED = 0.05


class PlateauDetector(Detector):
    """Compares the beginning with the end of the run's latter half."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._group_lines = 1
        # By group: the first step, the epoch there, and the median loss.
        self._groups: list[tuple[int, float, float]] = []
        self._open: list[tuple[int, float, float]] = []
        self._open_lines = 0
        self._last: Point | None = None
        self._found: tuple[int, float] | None = None

    def restart(self) -> None:
        self._groups.clear()
        self._open.clear()
        self._open_lines = 0
        self._found = None

    def take_point(self, point: Point) -> None:
        loss = point.values.get("loss")
        if loss is None or loss != loss:
            return
        self._last = point
        self._open_lines += 1
        # Of a large group a sample is enough.
        if self._open_lines % max(1, self._group_lines // _SAMPLED_LINES) == 0 or not self._open:
            self._open.append((point.step, point.epoch or 0.0, loss))
        if self._open_lines >= self._group_lines:
            self._close_group()

    def symptoms(self, now: float) -> Sequence[Symptom]:
        if self._found is None:
            return ()
        step, value = self._found
        values = {"step": str(step), "value": f"{value:.4g}"}
        return [Symptom("plateau", "hint", step=step, series="loss", values=values)]

    def _close_group(self) -> None:
        step, epoch, _ = self._open[0]
        self._groups.append((step, epoch, median(loss for *_, loss in self._open)))
        self._open.clear()
        self._open_lines = 0
        if len(self._groups) >= _MOST_GROUPS:
            pairs = zip(self._groups[::2], self._groups[1::2], strict=False)
            self._groups = [(step, epoch, (loss + other) / 2) for (step, epoch, loss), (_, _, other) in pairs]
            self._group_lines *= 2
        # Medians of so many groups are taken a few times only.
        if len(self._groups) % (_MOST_GROUPS // 24) == 0:
            self._found = self._plateau()

    def _plateau(self) -> tuple[int, float] | None:
        last = self._last
        if last is None or last.max_steps is None or self.plan.rlhf_type is not None or not self.plan.is_training:
            return None
        if len(self._groups) * self._group_lines < _LEAST_LINES:
            return None
        if not _PASSED * last.max_steps <= last.step <= (1 - _LEFT) * last.max_steps:
            return self._found
        latter = self._groups[-int(len(self._groups) * _LOOKED_AT) :]
        # Within an epoch the loss may stand still and fall when the next one begins.
        if last.epoch is not None and last.epoch - latter[0][1] < 1.0:
            return self._found
        third = len(latter) // _THIRDS
        before = median(loss for *_, loss in latter[:third])
        lately = median(loss for *_, loss in latter[-third:])
        if self._found is not None and lately > self._found[1] * (1 - _FALL_TO_END):
            return self._found
        stands = before * (1 - _LEAST_FALL) < lately < before * (1 + _LARGEST_RISE)
        return (latter[0][0], lately) if stands and lately > _LEARNED else None
