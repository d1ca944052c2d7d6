"""What a run's curve must show, from the trainers' journals, and how what is shown differs from it."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faults.journals import AttemptJournal, Row

# A point: series, step, value. Values differ from attempt to attempt, but for those that are no number.
Point = tuple[str, int, float | str]


@dataclass(frozen=True, slots=True)
class Expected:
    """Points that must be shown exactly once, and those that may be, since their writer ended while it wrote them."""

    required: frozenset[Point]
    allowed: frozenset[Point]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with a curve."""

    lost: list[Point]
    doubled: list[Point]
    # Shown, and never written, or replaced by a later attempt.
    wrong: list[Point]


def expected_curve(journals: Sequence[AttemptJournal]) -> Expected:
    """An attempt that starts at a step replaces what earlier ones wrote from that step on."""
    required: set[Point] = set()
    allowed: set[Point] = set()
    for journal in journals:
        certain = [row for row in journal.rows if row.is_certain]
        if certain:
            required = {point for point in required if point[1] < certain[0].step}
            allowed = {point for point in allowed if point[1] < certain[0].step}
        elif journal.rows:
            # Nobody knows whether its only row is there and replaces others.
            required = {point for point in required if point[1] < journal.rows[0].step}
        required.update(point for row in certain for point in points_of(row))
        allowed.update(point for row in journal.rows for point in points_of(row))
    return Expected(frozenset(required), frozenset(allowed | required))


def step_gaps(expected: Expected) -> list[str]:
    """A curve that was trained through, however often it was broken off, has every step from 1 on."""
    steps = {step for name, step, _ in expected.required if name == "loss"}
    missing = sorted(set(range(1, max(steps, default=0) + 1)) - {step for name, step, _ in expected.allowed})
    return [f"steps {missing[:5]} were never trained"] if missing else []


def points_of(row: Row) -> list[Point]:
    """The points of a row."""
    return [(name, row.step, comparable(value)) for name, value in row.values.items()]


def in_order(points: Iterable[Point]) -> list[Point]:
    """By series and step; values may be no numbers."""
    return sorted(points, key=lambda point: point[:2])


def comparable(value: float | str) -> float | str:
    """A value that is equal to itself: what is no finite number travels, and is compared, by its name."""
    number = float(value)
    return number if math.isfinite(number) else str(number).lower()


def difference(shown: Iterable[Point], expected: Expected) -> Difference:
    """Compares what is shown with what was written."""
    counts = Counter(shown)
    return Difference(
        lost=in_order(expected.required - counts.keys()),
        doubled=in_order(point for point, count in counts.items() if count > 1),
        wrong=in_order(counts.keys() - expected.allowed),
    )


def queried_points(result: Mapping[str, Any], names: Iterable[str]) -> list[Point]:
    """The points of an answer to `metrics/query` that has a bucket for each of them."""
    wanted = set(names)
    points: list[Point] = []
    for series in result["series"]:
        if series["name"] not in wanted:
            continue
        for step, value, count in zip(series["lastSteps"], series["lasts"], series["counts"], strict=True):
            points.extend([(series["name"], step, comparable(value))] * count)
    return points


def appended_points(appended: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[Point]:
    """The points of notifications `runs/appended`."""
    wanted = set(names)
    return [
        (name, point["step"], comparable(value))
        for notice in appended
        for point in notice["points"]
        for name, value in point["values"].items()
        if name in wanted
    ]
