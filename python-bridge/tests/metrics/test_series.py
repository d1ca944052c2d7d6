import math
import random

import pytest

from tunewright_bridge.metrics.series import BoundedSeries
from tunewright_bridge.protocol.number import MetricNumber


def numbers(encoded: list[MetricNumber]) -> list[float]:
    return [float(value) for value in encoded]


@pytest.mark.parametrize("length", [1, 2, 3, 7, 63, 64, 65, 129, 1000, 4097])
@pytest.mark.parametrize("seed", range(6))
def test_every_extreme_is_in_a_bucket_with_its_step(length: int, seed: int) -> None:
    random_source = random.Random(seed)
    steps = sorted(random_source.sample(range(1, 10 * length + 1), length))
    values = [random_source.gauss(0, 1) for _ in steps]
    # A single spike, which an average would hide.
    values[random_source.randrange(length)] = 1e6
    series = BoundedSeries(64)
    position = 0
    while position < length:
        piece = random_source.randint(1, 50)
        series.add(steps[position : position + piece], values[position : position + piece])
        position += piece
    assert len(series) <= 64

    max_buckets = random_source.randint(1, 40)
    view = series.view("loss", max_buckets)
    assert len(view.counts) <= max_buckets
    assert sum(view.counts) == view.point_count == length
    by_step = dict(zip(steps, values, strict=True))
    for extreme, column, extreme_steps in (
        (min(values), numbers(view.minimums), view.minimum_steps),
        (max(values), numbers(view.maximums), view.maximum_steps),
    ):
        assert extreme in column
        assert by_step[extreme_steps[column.index(extreme)]] == extreme
    assert view.first_steps[0] == steps[0]
    assert view.last_steps[-1] == steps[-1]
    assert numbers(view.lasts)[-1] == values[-1]
    mean = sum(m * c for m, c in zip(numbers(view.means), view.counts, strict=True)) / length
    assert mean == pytest.approx(sum(values) / length)


def test_numbers_that_are_not_finite_are_counted_and_never_an_extreme() -> None:
    values = [1.0, math.nan, 3.0, math.inf, -math.inf, 2.0, math.nan, math.nan]
    for capacity in (2, 4, 64):
        series = BoundedSeries(capacity)
        series.add(list(range(1, 9)), values)
        view = series.view("loss", capacity)
        assert sum(view.non_finite_counts) == 5
        finite = [value for value in numbers(view.maximums) if not math.isnan(value)]
        assert max(finite) == 3.0
        assert view.lasts[-1] == "NaN"
    view = series.view("loss", 64)
    assert view.minimums[1] == "NaN"
    assert view.minimum_steps[1] == 2
    assert view.lasts[3:5] == ["Infinity", "-Infinity"]


def test_a_part_holds_every_point_between_its_steps() -> None:
    series = BoundedSeries(64)
    series.add(list(range(1000)), [float(step) for step in range(1000)])
    view = series.view("loss", 16, from_step=300, to_step=600)
    assert view.first_steps[0] <= 300
    assert view.last_steps[-1] >= 600
    assert len(view.counts) <= 16
    assert series.view("loss", 16, from_step=2000).counts == []
