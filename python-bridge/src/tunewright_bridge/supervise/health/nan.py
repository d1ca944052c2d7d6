"""A loss or gradient norm that is no finite number."""

import math
from collections.abc import Sequence

from tunewright_bridge.supervise.health.detector import Detector, Symptom
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point

_SERIES = ("loss", "eval_loss", "grad_norm")
# With half precision the scale of the loss is searched by overflowing a few times: such steps are left out by design.
# source: torch/amp/grad_scaler.py: init_scale 2**16, halved at each overflow
_HALF_PRECISION_OVERFLOWS = 20
# So many numbers in a row and it is over.
_FINITE_TO_END = 3


class NanDetector(Detector):
    """Tells of each series that holds NaN or infinity."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        # By series: step and value of the first one, and how many of either kind came in a row.
        self._found: dict[str, tuple[int, float]] = {}
        self._in_a_row: dict[str, int] = {}
        self._finite: dict[str, int] = {}
        # What came and went between two tellings is told once all the same.
        self._told: set[str] = set()

    def restart(self) -> None:
        for memory in (self._found, self._in_a_row, self._finite, self._told):
            memory.clear()

    def take_point(self, point: Point) -> None:
        for series in _SERIES:
            value = point.values.get(series)
            if value is None:
                continue
            if math.isfinite(value):
                self._take_finite(series)
                continue
            self._in_a_row[series] = self._in_a_row.get(series, 0) + 1
            self._finite[series] = 0
            if self._in_a_row[series] > self._allowed(series):
                self._found.setdefault(series, (point.step, value))

    def symptoms(self, now: float) -> Sequence[Symptom]:
        self._told = set(self._found)
        return [
            Symptom(
                "nan",
                subject=series,
                step=step,
                series=series,
                values={"series": series, "value": _name(value), "step": str(step)},
            )
            for series, (step, value) in self._found.items()
        ]

    def _take_finite(self, series: str) -> None:
        self._in_a_row[series] = 0
        self._finite[series] = self._finite.get(series, 0) + 1
        if self._finite[series] >= _FINITE_TO_END and series in self._told:
            self._found.pop(series, None)
            self._told.discard(series)

    def _allowed(self, series: str) -> int:
        return _HALF_PRECISION_OVERFLOWS if series == "grad_norm" and self.plan.uses_half_precision else 0


def _name(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
