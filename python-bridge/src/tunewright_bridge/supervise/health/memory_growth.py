"""Memory of the host that a run takes more and more of, until none is left."""

from collections.abc import Sequence
from itertools import pairwise

from tunewright_bridge.supervise.health.detector import Detector, Sample, Symptom
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.robust import median
from tunewright_bridge.supervise.health.sizes import bytes_text

# Samples are put together in stretches, which grow with the run, so that a slow leak is seen and little is kept.
_STRETCH_SECONDS = 120.0
_STRETCHES = 6
_MOST_STRETCHES = 24
_LEAST_GROWTH_BYTES = 1 << 30
_LEAST_GROWTH_SHARE = 0.05
# What is filled once, a cache, grows ever slower; a leak does not.
_STEADINESS = 0.5
# How far ahead a growth that was seen so long can be believed: caches fill as steadily for a while.
_TIMES_AHEAD = 3.0
# Where the end of the run is not known.
_FAR_SECONDS = 86_400.0


class MemoryGrowthDetector(Detector):
    """Tells of growth in every stretch that would fill the host's memory before the run ends."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._stretch_seconds = _STRETCH_SECONDS
        self._stretches: list[float] = []
        self._samples: list[float] = []
        self._stretch_ends = 0.0
        self._total = 0
        self._used = 0
        self._is_found = False

    def take_sample(self, sample: Sample) -> None:
        host = next((device for device in sample.devices if device.kind == "cpu"), None)
        if host is not None and host.memory_total_bytes:
            self._total, self._used = host.memory_total_bytes, host.memory_used_bytes or 0
        # What is loaded before the first step is no leak.
        if self.pace.last is None or sample.run_memory_bytes is None:
            return
        if not self._stretch_ends:
            self._stretch_ends = sample.at + self._stretch_seconds
        self._samples.append(float(sample.run_memory_bytes))
        if sample.at >= self._stretch_ends:
            self._stretches.append(median(self._samples))
            self._samples.clear()
            self._thin()
            self._stretch_ends = max(self._stretch_ends + self._stretch_seconds, sample.at)

    def symptoms(self, now: float) -> Sequence[Symptom]:
        latest = self._stretches[-_STRETCHES:]
        if len(latest) < _STRETCHES or not self._total:
            return ()
        steps = [after - before for before, after in pairwise(latest)]
        mean = sum(steps) / len(steps)
        if mean <= 0 or (not self._is_found and not self._is_leak(latest, steps, mean)):
            self._is_found = False
            return ()
        self._is_found = True
        per_second = mean / self._stretch_seconds
        seconds_left = max(0, self._total - self._used) / per_second
        values = {
            "perHour": bytes_text(per_second * 3600),
            "used": bytes_text(self._used),
            "total": bytes_text(self._total),
            "minutes": f"{seconds_left / 60:.0f}",
        }
        step = None if self.pace.last is None else self.pace.last.step
        return [Symptom("memory_growth", step=step, values=values)]

    def _is_leak(self, latest: Sequence[float], steps: Sequence[float], mean: float) -> bool:
        growth = latest[-1] - latest[0]
        is_steady = min(steps) > 0 and min(steps[-2:]) >= _STEADINESS * mean
        is_much = growth >= max(_LEAST_GROWTH_BYTES, _LEAST_GROWTH_SHARE * self._total)
        seconds_left = max(0, self._total - self._used) / (mean / self._stretch_seconds)
        believed = _TIMES_AHEAD * _STRETCHES * self._stretch_seconds
        return is_steady and is_much and seconds_left < min(believed, self._remaining_seconds())

    def _remaining_seconds(self) -> float:
        last, per_step = self.pace.last, self.pace.seconds_per_step
        if last is None or last.max_steps is None or per_step is None:
            return _FAR_SECONDS
        return (last.max_steps - last.step) * per_step

    def _thin(self) -> None:
        if len(self._stretches) >= _MOST_STRETCHES:
            pairs = zip(self._stretches[::2], self._stretches[1::2], strict=False)
            self._stretches = [(first + second) / 2 for first, second in pairs]
            self._stretch_seconds *= 2
