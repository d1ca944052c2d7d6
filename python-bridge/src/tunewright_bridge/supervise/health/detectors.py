"""The table of detectors: a line for each."""

from collections.abc import Callable

from tunewright_bridge.supervise.health.detector import Detector
from tunewright_bridge.supervise.health.nan import NanDetector
from tunewright_bridge.supervise.health.plan import TrainingPlan

DETECTORS: tuple[Callable[[TrainingPlan], Detector], ...] = (NanDetector,)
