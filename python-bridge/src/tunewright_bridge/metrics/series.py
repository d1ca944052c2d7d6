"""A series of any length in bounded memory: consecutive buckets of points that keep their extremes and their steps."""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import add, gt, le, lt

from tunewright_bridge.protocol.decode import encode_number
from tunewright_bridge.protocol.metric import SeriesBuckets
from tunewright_bridge.protocol.number import MetricNumber


class Buckets:
    """Columns with one element a bucket; what they mean is written at the protocol's SeriesBuckets."""

    def __init__(self) -> None:
        self.counts = array("q")
        self.non_finite_counts = array("q")
        self.first_steps = array("q")
        self.last_steps = array("q")
        self.minimums = array("d")
        self.minimum_steps = array("q")
        self.maximums = array("d")
        self.maximum_steps = array("q")
        self.sums = array("d")
        self.lasts = array("d")

    def __len__(self) -> int:
        return len(self.counts)

    def open(self, step: int) -> None:
        """Appends an empty bucket that begins at `step`."""
        for counts in (self.counts, self.non_finite_counts):
            counts.append(0)
        for steps in (self.first_steps, self.last_steps, self.minimum_steps, self.maximum_steps):
            steps.append(step)
        for extremes in (self.minimums, self.maximums):
            extremes.append(math.nan)
        self.sums.append(0.0)
        self.lasts.append(math.nan)

    def extend_single(self, steps: Sequence[int], values: Sequence[float]) -> None:
        """Appends a bucket for each point."""
        self.counts.extend([1] * len(steps))
        for column in (self.first_steps, self.last_steps, self.minimum_steps, self.maximum_steps):
            column.extend(steps)
        self.lasts.extend(values)
        is_finite = [math.isfinite(value) for value in values]
        self.non_finite_counts.extend([0 if finite else 1 for finite in is_finite])
        extremes = [value if finite else math.nan for value, finite in zip(values, is_finite, strict=True)]
        self.minimums.extend(extremes)
        self.maximums.extend(extremes)
        self.sums.extend([value if finite else 0.0 for value, finite in zip(values, is_finite, strict=True)])

    def extend_full(self, steps: Sequence[int], values: Sequence[float], size: int) -> bool:
        """Appends buckets of `size` points each; does nothing where a point is no finite number."""
        if not math.isfinite(sum(values)):
            return False
        starts = range(0, len(steps), size)
        pieces = [values[start : start + size] for start in starts]
        minimums, maximums = list(map(min, pieces)), list(map(max, pieces))
        self.counts.extend([size] * len(starts))
        self.non_finite_counts.extend([0] * len(starts))
        self.first_steps.extend(steps[::size])
        self.last_steps.extend(steps[size - 1 :: size])
        self.minimums.extend(minimums)
        self.minimum_steps.extend(
            [steps[start + piece.index(low)] for start, piece, low in zip(starts, pieces, minimums, strict=True)]
        )
        self.maximums.extend(maximums)
        self.maximum_steps.extend(
            [steps[start + piece.index(high)] for start, piece, high in zip(starts, pieces, maximums, strict=True)]
        )
        self.sums.extend(map(sum, pieces))
        self.lasts.extend(values[size - 1 :: size])
        return True

    def fill_last(self, steps: Sequence[int], values: Sequence[float]) -> None:
        """Adds points to the last bucket."""
        self.counts[-1] += len(steps)
        self.last_steps[-1] = steps[-1]
        self.lasts[-1] = values[-1]
        total = sum(values)
        if not math.isfinite(total):
            finite = [index for index, value in enumerate(values) if math.isfinite(value)]
            self.non_finite_counts[-1] += len(values) - len(finite)
            if not finite:
                return
            steps = [steps[index] for index in finite]
            values = [values[index] for index in finite]
            total = sum(values)
        self.sums[-1] += total
        low, high = min(values), max(values)
        # An empty bucket's extremes are NaN, which compares false with everything.
        if not self.minimums[-1] <= low:
            self.minimums[-1] = low
            self.minimum_steps[-1] = steps[values.index(low)]
        if not self.maximums[-1] >= high:
            self.maximums[-1] = high
            self.maximum_steps[-1] = steps[values.index(high)]

    def halved(self) -> "Buckets":
        """Neighbours merged in pairs; the number of buckets must be even."""
        result = Buckets()
        for name in ("counts", "non_finite_counts", "sums"):
            column = getattr(self, name)
            getattr(result, name).extend(map(add, column[::2], column[1::2]))
        result.first_steps = self.first_steps[::2]
        result.last_steps = self.last_steps[1::2]
        result.lasts = self.lasts[1::2]
        for values, steps, is_better in (("minimums", "minimum_steps", lt), ("maximums", "maximum_steps", gt)):
            ours, theirs = getattr(self, values)[::2], getattr(self, values)[1::2]
            # NaN stands for a bucket without a number, so any number is better; NaN alone differs from itself.
            is_second = [is_better(b, a) or (a != a and b == b) for a, b in zip(ours, theirs, strict=True)]
            for name in (values, steps):
                column = getattr(self, name)
                pairs = zip(is_second, column[::2], column[1::2], strict=True)
                getattr(result, name).extend([b if second else a for second, a, b in pairs])
        return result

    def merged(self, edges: Sequence[int]) -> "Buckets":
        """Coarser buckets: the i-th holds those from edges[i] up to edges[i + 1]."""
        result = Buckets()
        for start, end in pairwise(edges):
            result.open(self.first_steps[start])
            result.counts[-1] = sum(self.counts[start:end])
            result.non_finite_counts[-1] = sum(self.non_finite_counts[start:end])
            result.last_steps[-1] = self.last_steps[end - 1]
            result.lasts[-1] = self.lasts[end - 1]
            result.sums[-1] = sum(self.sums[start:end])
            for index in range(start, end):
                if self.minimums[index] < result.minimums[-1] or math.isnan(result.minimums[-1]):
                    result.minimums[-1] = self.minimums[index]
                    result.minimum_steps[-1] = self.minimum_steps[index]
                if self.maximums[index] > result.maximums[-1] or math.isnan(result.maximums[-1]):
                    result.maximums[-1] = self.maximums[index]
                    result.maximum_steps[-1] = self.maximum_steps[index]
        return result

    def wire_form(self, name: str) -> SeriesBuckets:
        """As the protocol has it."""
        finite_counts = [count - other for count, other in zip(self.counts, self.non_finite_counts, strict=True)]
        return SeriesBuckets(
            name=name,
            point_count=sum(self.counts),
            counts=list(self.counts),
            non_finite_counts=list(self.non_finite_counts),
            first_steps=list(self.first_steps),
            last_steps=list(self.last_steps),
            minimums=_encoded(self.minimums),
            minimum_steps=list(self.minimum_steps),
            maximums=_encoded(self.maximums),
            maximum_steps=list(self.maximum_steps),
            means=_encoded(
                [total / count if count else math.nan for total, count in zip(self.sums, finite_counts, strict=True)]
            ),
            lasts=_encoded(self.lasts),
        )


class BoundedSeries:
    """At most `capacity` buckets of equally many points each; when they are full, neighbours are merged in pairs.

    Steps must not decrease. Every finite extreme of the points added is the extreme of a bucket.
    """

    def __init__(self, capacity: int) -> None:
        # Pairs are merged, so the capacity must be even.
        self._capacity = max(2, capacity - capacity % 2)
        self._buckets = Buckets()
        self.points_per_bucket = 1

    def __len__(self) -> int:
        return len(self._buckets)

    @property
    def last_step(self) -> int | None:
        """The step of the last point; None where there is none."""
        return self._buckets.last_steps[-1] if len(self) else None

    def add(self, steps: Sequence[int], values: Sequence[float]) -> None:
        """Takes points in; `steps` and `values` have the same length."""
        position = 0
        while position < len(steps):
            if self.points_per_bucket == 1:
                end = min(len(steps), position + self._capacity - len(self))
                self._buckets.extend_single(steps[position:end], values[position:end])
            else:
                end = self._add_grouped(steps, values, position)
            if end == position:
                self._buckets = self._buckets.halved()
                self.points_per_bucket *= 2
            position = end

    def _add_grouped(self, steps: Sequence[int], values: Sequence[float], position: int) -> int:
        """Fills the last bucket or opens others; gives the position reached, the same where there is no room."""
        size = self.points_per_bucket
        room = size - self._buckets.counts[-1]
        if room <= 0:
            whole = min((len(steps) - position) // size, self._capacity - len(self))
            end = position + whole * size
            if whole > 1 and self._buckets.extend_full(steps[position:end], values[position:end], size):
                return end
            if len(self) == self._capacity:
                return position
            self._buckets.open(steps[position])
            room = size
        end = min(len(steps), position + room)
        self._buckets.fill_last(steps[position:end], values[position:end])
        return end

    def bucket_range(self, from_step: int | None, to_step: int | None) -> tuple[int, int]:
        """Positions of the buckets that touch the steps from `from_step` to `to_step`, both inclusive."""
        start = 0 if from_step is None else bisect_left(self._buckets.last_steps, from_step)
        end = len(self) if to_step is None else bisect_right(self._buckets.first_steps, to_step)
        return start, max(start, end)

    def view(
        self, name: str, max_buckets: int, from_step: int | None = None, to_step: int | None = None
    ) -> SeriesBuckets:
        """The series, or a part of it, in at most `max_buckets` buckets.

        The first and the last bucket of a part may reach over its edge by less than a bucket; nothing inside is lost.
        """
        start, end = self.bucket_range(from_step, to_step)
        # Each group merges equally many buckets, so that the points are cut evenly.
        group = max(1, math.ceil((end - start) / max(1, max_buckets)))
        edges = [*range(start, end, group), end] if end > start else []
        return self._buckets.merged(edges).wire_form(name)


def _encoded(values: Sequence[float]) -> list[MetricNumber]:
    return [encode_number(value) for value in values]


def never_decreases(steps: Sequence[int]) -> bool:
    """Whether every step is at least the one before it."""
    return all(map(le, steps, steps[1:]))
