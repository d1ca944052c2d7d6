"""Steps that take much longer than they did before."""

from collections import deque
from collections.abc import Callable, Sequence

from tunewright_bridge.supervise.health.detector import Detector, Symptom
from tunewright_bridge.supervise.health.pace import Interval, Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point
from tunewright_bridge.supervise.health.robust import median

Intervals = Sequence[Interval] | deque[Interval]

_LEAST_SECONDS = 1.5
_FACTOR = 2.0
_FACTOR_TO_END = 1.5
# Lately: so long, and so many lines, or fewer where each takes long.
_WINDOW_SECONDS = 300.0
_WINDOW_LINES = 10
_FEW_LINES = 3
_FEW_LINES_SECONDS = 900.0
# Before: enough to know what is usual.
_USUAL_SECONDS = 300.0
_USUAL_LINES = 20
_MOST_LINES = 400


class SlowdownDetector(Detector):
    """Compares the median step lately with the median step before. Pauses to evaluate and to save count for neither."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._open: Interval | None = None
        self._window: deque[Interval] = deque()
        self._window_seconds = 0.0
        self._usual: deque[Interval] = deque(maxlen=_MOST_LINES)
        self._usual_seconds = 0.0
        self._found: tuple[int, float, float] | None = None

    def take_point(self, point: Point) -> None:
        interval = self.pace.interval
        if interval is None:
            return
        # Of fast lines many count as one, so that a window holds a few hundred at most.
        together = interval if self._open is None else _joined(self._open, interval)
        if together.seconds < _LEAST_SECONDS:
            self._open = together
            return
        self._open = None
        self._window.append(together)
        self._window_seconds += together.seconds
        while self._is_long_without_oldest():
            oldest = self._window.popleft()
            self._window_seconds -= oldest.seconds
            if self._found is None:
                self._usual.append(oldest)
                self._usual_seconds += oldest.seconds

    def symptoms(self, now: float) -> Sequence[Symptom]:
        # Here and not at each point: medians cost more than points may.
        self._judge()
        if self._found is None:
            return ()
        step, lately, usual = self._found
        values = {"step": str(step), "seconds": f"{lately:.3g}", "usual": f"{usual:.3g}"}
        return [Symptom("slowdown", step=step, series="train_speed(s/it)", values=values)]

    def _is_long_without_oldest(self) -> bool:
        seconds = self._window_seconds - self._window[0].seconds
        lines = len(self._window) - 1
        return (seconds >= _WINDOW_SECONDS and lines >= _WINDOW_LINES) or (
            seconds >= _FEW_LINES_SECONDS and lines >= _FEW_LINES
        )

    def _judge(self) -> None:
        is_window_full = (self._window_seconds >= _WINDOW_SECONDS and len(self._window) >= _WINDOW_LINES) or (
            self._window_seconds >= _FEW_LINES_SECONDS and len(self._window) >= _FEW_LINES
        )
        if not is_window_full or self._usual_seconds < _USUAL_SECONDS or len(self._usual) < _USUAL_LINES:
            return
        # Longer completions take longer, and that is no slowdown.
        ratio = min(
            _ratio(_median_of_work, self._window, self._usual), _ratio(_mean_of_work, self._window, self._usual)
        )
        if ratio >= _FACTOR and self._found is None:
            step = 0 if self.pace.last is None else self.pace.last.step
            self._found = (step, _step(self._window), _step(self._usual))
        elif ratio < _FACTOR_TO_END:
            self._found = None


def _joined(first: Interval, second: Interval) -> Interval:
    seconds = first.seconds + second.seconds
    for_work = first.seconds / first.work + second.seconds / second.work
    return Interval(first.steps + second.steps, seconds, seconds / for_work if for_work else 1.0)


def _step(intervals: Intervals) -> float:
    return median(interval.seconds_per_step for interval in intervals)


def _ratio(measure: Callable[[Intervals], float], lately: Intervals, usual: Intervals) -> float:
    return measure(lately) / max(measure(usual), 1e-9)


def _median_of_work(intervals: Intervals) -> float:
    """One long silence does not move it."""
    return median(interval.seconds_per_step / interval.work for interval in intervals)


def _mean_of_work(intervals: Intervals) -> float:
    """Where long and short steps alternate, as at the ends of short epochs, the median is now one and now the other."""
    steps = sum(interval.steps for interval in intervals)
    return sum(interval.seconds / interval.work for interval in intervals) / steps
