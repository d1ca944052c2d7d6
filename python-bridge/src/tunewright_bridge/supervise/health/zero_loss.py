"""A loss of exactly 0: nothing is learned, because no token counts or because the engine hides that it is no number."""

from collections.abc import Sequence

from tunewright_bridge.supervise.health.detector import Detector, Symptom
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point

# One batch may hold no token that counts.
_LINES = 3
# A line that stands for so many steps is enough by itself.
_STEPS = 30
# What has been learned by heart comes near 0 before it is rounded to it.
_LEARNED = 1e-3


class ZeroLossDetector(Detector):
    """Tells of losses of 0 in a row that do not come from learning everything by heart."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._first_step: int | None = None
        self._lines = 0
        self._last_step: int | None = None
        self._last_loss: float | None = None

    def restart(self) -> None:
        self._first_step = self._last_step = self._last_loss = None
        self._lines = 0

    def take_point(self, point: Point) -> None:
        loss = point.values.get("loss")
        if loss is None or self.plan.is_reinforcement:
            return
        if loss != 0.0:
            self._first_step = None
            self._lines = 0
            self._last_loss = loss
        else:
            if self._first_step is None:
                # The line tells of every step since the one before it.
                self._first_step = point.step if self._last_step is None else self._last_step + 1
            self._lines += 1
        self._last_step = point.step

    def symptoms(self, now: float) -> Sequence[Symptom]:
        if self._first_step is None or self._last_step is None:
            return ()
        steps = self._last_step - self._first_step + 1
        has_learned = self._last_loss is not None and abs(self._last_loss) < _LEARNED
        if has_learned or (self._lines < _LINES and steps < _STEPS):
            return ()
        hidden = "yes" if self.plan.hides_nan else "no"
        return [
            Symptom(
                "zero_loss",
                step=self._first_step,
                series="loss",
                values={"step": str(self._first_step), "nanIsHidden": hidden},
            )
        ]
