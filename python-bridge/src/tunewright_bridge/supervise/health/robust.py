"""Medians and spreads that a few wild values do not move."""

from collections.abc import Iterable, Sequence

# The median distance from the median of a normal distribution, in its standard deviations, inverted.
_NORMAL = 1.4826


def median(values: Iterable[float]) -> float:
    """The middle of the values. Raises IndexError where there are none."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def spread(values: Sequence[float]) -> float:
    """About one standard deviation, by the median distance from the median."""
    center = median(values)
    return _NORMAL * median(abs(value - center) for value in values)
