"""A loss that has left the level it was at, upwards and for good."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from tunewright_bridge.supervise.health.detector import Detector, Symptom
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point
from tunewright_bridge.supervise.health.robust import median, spread

# Lines that make a level, and how many of them there must be before a distance from it can be told. Of all levels the
# lowest counts: one that creeps up would take the level with it.
_LEVEL_LINES = 50
_LEAST_LEVEL_LINES = 8
_LINES_BETWEEN_LEVELS = 10
# A spike passes; so many lines in a row do not. A line that stands for many steps is a mean already.
_RECENT_LINES = 8
_RECENT_LINES_OF_STEPS = ((10, 3), (4, 5))
# Standard deviations above the level, counted from the lowest of the recent lines.
_DISTANCE = 8.0
# A level without noise would make anything a distance.
_LEAST_SPREAD = 0.02
# Where samples differ much, even the highest of them are usual.
_USUAL_SHARE = 0.95
# It also has to matter: half of the level, and half of what training had gained.
_RISE_OF_LEVEL = 0.5
_RISE_OF_GAIN = 0.5
# In the first lines, where there is no level yet: the lowest of them times a factor, and not by a trifle.
_FACTOR_AT_START = 3.0
_RISE_AT_START = 3.0
_LINES_AT_START = 3
# Where data come in an order, what is new and harder may cost all that was gained; beyond it something is wrong.
_FACTOR_OF_BEGINNING = 1.2
# For reinforcement the distance from the reference model is watched: a healthy one stays below this by far.
_LARGEST_KL = 5.0


@dataclass(frozen=True, slots=True)
class _Level:
    """Where the loss stood for a while."""

    median: float
    spread: float
    high: float


class DivergenceDetector(Detector):
    """Tells of a loss (for reinforcement: of a distance from the reference model) that has run away."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._beginning: list[float] = []
        self._lines: deque[float] = deque(maxlen=_LEVEL_LINES)
        self._count = 0
        self._level: _Level | None = None
        self._recent: deque[tuple[int, float]] = deque(maxlen=_RECENT_LINES)
        self._found: tuple[int, float, float] | None = None

    def restart(self) -> None:
        # Beginning and level stay: they are those of the same training.
        self._lines.clear()
        self._recent.clear()
        self._found = None

    def take_point(self, point: Point) -> None:
        value = point.values.get(self._series)
        if value is None or not math.isfinite(value):
            return
        if len(self._beginning) < _LINES_AT_START:
            self._beginning.append(value)
        if len(self._recent) == _RECENT_LINES and self._found is None:
            # What stands above the level is not taken into one.
            self._learn_line(self._recent[0][1])
        steps = point.step - self._recent[-1][0] if self._recent else 1
        self._recent.append((point.step, value))
        wanted = next((lines for least, lines in _RECENT_LINES_OF_STEPS if steps >= least), _RECENT_LINES)
        if len(self._recent) >= wanted:
            self._judge(list(self._recent)[-wanted:])

    def symptoms(self, now: float) -> Sequence[Symptom]:
        if self._found is None:
            return ()
        step, value, usual = self._found
        series = self._series
        values = {"series": series, "step": str(step), "value": f"{value:.4g}", "usual": f"{usual:.4g}"}
        return [Symptom("divergence", subject=series, step=step, series=series, values=values)]

    @property
    def _series(self) -> str:
        return "kl" if self.plan.is_reinforcement else "loss"

    def _learn_line(self, value: float) -> None:
        self._lines.append(value)
        self._count += 1
        if self._count < _LEAST_LEVEL_LINES or (self._level is not None and self._count % _LINES_BETWEEN_LEVELS):
            return
        ordered = sorted(self._lines)
        center = median(ordered)
        if self._level is None or center < self._level.median:
            self._level = _Level(center, spread(ordered), ordered[int(_USUAL_SHARE * (len(ordered) - 1))])

    def _judge(self, lately: Sequence[tuple[int, float]]) -> None:
        lowest = min(value for _, value in lately)
        if (
            self._found is None
            and self._level is not None
            and lowest <= min(self._level.median, self._limit_at_start())
        ):
            return
        limit, usual = self._limit()
        if limit is None:
            return
        if lowest > limit:
            if self._found is None:
                self._found = (lately[0][0], median(value for _, value in lately), usual)
        elif self._found is not None and median(value for _, value in lately) <= limit:
            self._found = None

    def _limit(self) -> tuple[float | None, float]:
        """What the recent lines may not all lie above, and what is usual."""
        begun = max(self._beginning, default=0.0)
        level = self._level
        if self.plan.is_reinforcement:
            return _LARGEST_KL, 0.0 if level is None else level.median
        if level is None:
            if len(self._beginning) < _LINES_AT_START:
                return None, begun
            return self._limit_at_start(), min(self._beginning)
        distance = _DISTANCE * max(level.spread, _LEAST_SPREAD * abs(level.median))
        gain = max(0.0, median(self._beginning) - level.median)
        rise = max(distance, _RISE_OF_LEVEL * abs(level.median), _RISE_OF_GAIN * gain)
        limit = max(level.median + rise, level.high)
        if self._count <= _LEVEL_LINES:
            # The level may be one that it has jumped to at its first step.
            limit = min(limit, self._limit_at_start())
        if self.plan.has_ordered_data:
            limit = max(limit, _FACTOR_OF_BEGINNING * begun)
        return limit, level.median

    def _limit_at_start(self) -> float:
        lowest = min(self._beginning)
        return max(_FACTOR_AT_START * lowest, lowest + _RISE_AT_START)
