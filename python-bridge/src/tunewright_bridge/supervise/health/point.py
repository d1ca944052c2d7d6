"""A line of the engine's metrics, as detectors see it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the engine's metrics. Values may be NaN and infinite."""

    step: int
    values: Mapping[str, float]
    # When it was seen, by a clock that only goes forward.
    seen_at: float
    # Seconds of training at this line by the engine's own clock; None where the line does not tell.
    elapsed_seconds: float | None = None
    epoch: float | None = None
    # The last step that is planned.
    max_steps: int | None = None
    # The engine's summary at the end: training is over, and nothing but saving and closing is left.
    closes_training: bool = False

    @property
    def is_of_training(self) -> bool:
        """Whether it tells of training itself, and not of an evaluation in between."""
        return "loss" in self.values

    @property
    def is_of_evaluation(self) -> bool:
        return not self.is_of_training and any(name.startswith("eval_") for name in self.values)
