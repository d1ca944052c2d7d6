"""How fast a run goes: how long its steps take, and its pauses to evaluate and to save, learned from its lines."""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from tunewright_bridge.supervise.health.plan import Rhythm, TrainingPlan
from tunewright_bridge.supervise.health.point import Point
from tunewright_bridge.supervise.health.robust import median

Pause = Literal["evaluation", "saving", "end"]

_INTERVALS = 200
# Of an epoch, as it is logged.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Interval:
    """From one line of training to the next, with nothing but steps in between."""

    steps: int
    seconds: float
    # Tokens that were generated in it, relative to other intervals; 1 where nothing is.
    work: float = 1.0

    @property
    def seconds_per_step(self) -> float:
        return self.seconds / self.steps


@dataclass(slots=True)
class Pace:
    """Learns from each point; `plan` says where pauses are due."""

    plan: TrainingPlan
    last: Point | None = None
    # The one that ended with the last point, where it was one of steps alone.
    interval: Interval | None = None
    intervals: deque[Interval] = field(default_factory=lambda: deque(maxlen=_INTERVALS))
    # The longest time between two lines, by what was due in it.
    longest: dict[Pause | Literal["steps"], float] = field(default_factory=dict)

    def take(self, point: Point) -> None:
        """Learns from the next point."""
        before, self.last = self.last, point
        self.interval = None
        if before is None:
            return
        seconds = _seconds_between(before, point)
        due = self.due_between(before, point.step, point.epoch)
        if point.is_of_evaluation:
            due |= {"evaluation"}
        kinds: Iterable[Pause | Literal["steps"]] = due or ("steps",)
        for kind in kinds:
            self.longest[kind] = max(self.longest.get(kind, 0.0), seconds)
        steps = point.step - before.step
        if due or steps <= 0 or not point.is_of_training:
            return
        self.interval = Interval(steps, seconds, _work(point))
        self.intervals.append(self.interval)

    def forget(self) -> None:
        """Steps begin anew; the time of steps holds, but the clock of the engine begins again as well."""
        self.last = None

    @property
    def seconds_per_step(self) -> float | None:
        """The median of the intervals; None before the first."""
        return median(interval.seconds_per_step for interval in self.intervals) if self.intervals else None

    @property
    def seconds_per_line(self) -> float | None:
        """How long it usually takes until the next line."""
        return median(interval.seconds for interval in self.intervals) if self.intervals else None

    @property
    def steps_per_line(self) -> int:
        """How many steps usually lie between two lines."""
        return int(median(interval.steps for interval in self.intervals)) if self.intervals else 1

    def due_now(self) -> set[Pause]:
        """What may be going on behind the last line, before the next one comes."""
        if self.last is None:
            return set()
        point = self.last
        per_step = None if point.epoch is None or point.step == 0 else point.epoch / point.step
        steps = self.steps_per_line
        epoch = None if point.epoch is None or per_step is None else point.epoch + per_step * steps
        due = self.due_between(point, point.step + steps, epoch)
        if point.closes_training or (point.max_steps is not None and point.step >= point.max_steps):
            due |= {"end", "saving"}
            if self.plan.may_evaluate:
                due.add("evaluation")
        return due

    def due_between(self, before: Point, step: int, epoch: float | None) -> set[Pause]:
        """The pauses that come behind the line `before` and not behind that of `step`."""
        due: set[Pause] = set()
        rhythms: tuple[tuple[Pause, bool, Rhythm], ...] = (
            ("evaluation", self.plan.may_evaluate, self.plan.evaluation),
            ("saving", self.plan.may_save, self.plan.saving),
        )
        for kind, may_be, rhythm in rhythms:
            every = rhythm.steps(before.max_steps)
            # A step's line is written before what is due at the step.
            by_steps = every is not None and (max(step, before.step + 1) - 1) // every > (before.step - 1) // every
            if may_be and (by_steps or (rhythm.every_epoch and _ends_epoch(before.epoch, epoch))):
                due.add(kind)
        return due


def _seconds_between(before: Point, point: Point) -> float:
    """By the engine's clock where both lines tell of it: lines that were read together were seen together."""
    if before.elapsed_seconds is not None and point.elapsed_seconds is not None:
        return max(0.0, point.elapsed_seconds - before.elapsed_seconds)
    return max(0.0, point.seen_at - before.seen_at)


def _ends_epoch(before: float | None, now: float | None) -> bool:
    """Whether an epoch ends at the first of two lines or between them; what ends with the second comes behind it."""
    return before is None or now is None or math.ceil(before - _ROUNDING) < now - _ROUNDING


def _work(point: Point) -> float:
    length = point.values.get("completions/mean_length", math.nan)
    return length if math.isfinite(length) and length > 0 else 1.0
