"""All detectors side by side: each sees everything, and one that breaks takes away only itself."""

import logging
from collections.abc import Callable, Iterable

from tunewright_bridge.supervise.health.detector import ConsoleBlock, Detector, Ending, Sample, Symptom
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point

_LOG = logging.getLogger(__name__)


DetectorMaker = Callable[[TrainingPlan, Pace], Detector]


class DetectorPanel:
    """Detectors of one attempt."""

    def __init__(self, makers: Iterable[DetectorMaker], plan: TrainingPlan) -> None:
        self._pace = Pace(plan)
        self._detectors = [make(plan, self._pace) for make in makers]
        self._last_step = -1

    def learn(self, plan: TrainingPlan) -> None:
        """See Detector."""
        self._pace.plan = plan
        self._each(lambda detector: detector.learn(plan))

    def take_point(self, point: Point) -> None:
        """A point whose step is earlier than the last one begins anew."""
        if point.step < self._last_step:
            self.restart()
        self._last_step = point.step
        self._pace.take(point)
        self._each(lambda detector: detector.take_point(point))

    def restart(self) -> None:
        """See Detector."""
        self._last_step = -1
        self._pace.forget()
        self._each(lambda detector: detector.restart())

    def take_sample(self, sample: Sample) -> None:
        """See Detector."""
        self._each(lambda detector: detector.take_sample(sample))

    def take_console(self, block: ConsoleBlock) -> None:
        """See Detector."""
        self._each(lambda detector: detector.take_console(block))

    def take_ending(self, ending: Ending) -> None:
        """See Detector."""
        self._each(lambda detector: detector.take_ending(ending))

    def symptoms(self, now: float) -> list[Symptom]:
        """What is wrong now, by every detector."""
        found: list[Symptom] = []
        self._each(lambda detector: found.extend(detector.symptoms(now)))
        return found

    def _each(self, do: Callable[[Detector], None]) -> None:
        for detector in list(self._detectors):
            try:
                do(detector)
            except Exception:  # noqa: BLE001  A detector's bug must not take the others away.
                _LOG.exception("%s is broken and watches no more", type(detector).__name__)
                self._detectors.remove(detector)
