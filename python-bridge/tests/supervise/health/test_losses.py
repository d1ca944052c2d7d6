"""Losses that are no number, exactly 0, run away or stand still, and those that only look so."""

import math
import random

import pytest

from supervise.health.made_points import point, told_by_points
from tunewright_bridge.supervise.health.divergence import DivergenceDetector
from tunewright_bridge.supervise.health.nan import NanDetector
from tunewright_bridge.supervise.health.panel import DetectorPanel
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.plateau import PlateauDetector
from tunewright_bridge.supervise.health.point import Point
from tunewright_bridge.supervise.health.zero_loss import ZeroLossDetector

PLAN = TrainingPlan()


def losses(*values: float, every: int = 1) -> list[Point]:
    return [point((index + 1) * every, value, at=float(index)) for index, value in enumerate(values)]


def noisy(count: int, *, seed: int, begin: float = 2.5, end: float = 0.8, noise: float = 0.3) -> list[float]:
    """A loss that falls as losses do, under noise whose high side is long."""
    chance = random.Random(seed)
    fall = [end + (begin - end) * math.exp(-index / (count / 6)) for index in range(count)]
    return [value * math.exp(chance.gauss(0, noise)) for value in fall]


def test_half_precision_may_overflow_while_it_looks_for_its_scale() -> None:
    plan = TrainingPlan(uses_half_precision=True)
    overflows = [point(step, at=float(step), grad_norm=math.inf if step <= 12 else 1.0) for step in range(1, 40)]
    assert told_by_points(NanDetector, plan, overflows) == []
    assert told_by_points(NanDetector, PLAN, overflows) == [1]
    for_good = [point(step, at=float(step), grad_norm=math.nan) for step in range(1, 40)]
    assert told_by_points(NanDetector, plan, for_good) == [21]


def test_a_nan_that_came_and_went_between_two_looks_is_told() -> None:
    detector = DetectorPanel([NanDetector], PLAN)
    for each in losses(1.0, math.nan, 1.0, 1.0, 1.0, 1.0):
        detector.take_point(each)
    assert detector.symptoms(0.0)[0].step == 2


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (losses(2.0, 0.0, 0.0, 0.0), [4]),
        (losses(0.0, 0.0, 0.0), [3]),
        (losses(2.0, 0.0, 2.0, 0.0, 0.0, 2.0), []),
        (losses(2.0, 0.0, every=50), [100]),
        (losses(0.1, 0.01, 0.0004, 0.0, 0.0, 0.0, 0.0), []),
    ],
    ids=["in a row", "from the start", "now and then", "fifty steps in one line", "learned by heart"],
)
def test_a_loss_of_zero(lines: list[Point], told: list[int]) -> None:
    assert told_by_points(ZeroLossDetector, PLAN, lines) == told
    assert told_by_points(ZeroLossDetector, TrainingPlan(rlhf_type="grpo"), lines) == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", [0.02, 0.3, 0.8])
def test_noise_is_no_divergence(seed: int, noise: float) -> None:
    lines = losses(*noisy(3000, seed=seed, noise=noise))
    assert told_by_points(DivergenceDetector, PLAN, lines) == []


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4])
def test_samples_of_two_kinds_are_no_divergence(share: float) -> None:
    chance = random.Random(7)
    mixed = [chance.gauss(2.5, 0.1) if chance.random() < share else chance.gauss(0.2, 0.02) for _ in range(4000)]
    assert told_by_points(DivergenceDetector, PLAN, losses(*mixed)) == []


def test_stretches_within_what_is_usual_are_no_divergence() -> None:
    chance = random.Random(11)
    wide = [chance.gauss(1.0, 0.4) for _ in range(3000)]
    for begin in range(400, 3000, 400):
        wide[begin : begin + 12] = [2.4] * 12
    assert told_by_points(DivergenceDetector, PLAN, losses(*wide)) == []
    in_turn = [2.5 if index % 50 < 10 else 0.2 for index in range(3000)]
    assert told_by_points(DivergenceDetector, PLAN, losses(*in_turn)) == []


def test_spikes_pass() -> None:
    values = noisy(600, seed=1, noise=0.05)
    for index in range(100, 600, 40):
        values[index] = values[index + 1] = 9.0
    assert told_by_points(DivergenceDetector, PLAN, losses(*values)) == []


@pytest.mark.parametrize("climb", [3, 200, 1500], ids=["at once", "slowly", "very slowly"])
def test_a_loss_that_runs_away_is_told_however_slowly(climb: int) -> None:
    values = noisy(800, seed=3, noise=0.1)
    runaway = [0.8 + 6.0 * min(1.0, index / climb) for index in range(climb + 200)]
    told = told_by_points(DivergenceDetector, PLAN, losses(*values, *runaway))
    assert len(told) == 1
    assert told[0] <= 800 + climb + 8


def test_three_lines_are_enough_where_each_stands_for_many_steps() -> None:
    told = told_by_points(DivergenceDetector, PLAN, losses(*[2.0, 1.5, 1.2, *[1.0] * 20, 6.0, 6.5, 7.0], every=50))
    assert told == [26 * 50]


def test_a_loss_that_comes_down_again_has_not_run_away_for_good() -> None:
    detector = DetectorPanel([DivergenceDetector], PLAN)
    for each in losses(*[1.0] * 50, *[9.0] * 12):
        detector.take_point(each)
    assert detector.symptoms(0.0)
    for each in losses(*[1.0] * 12):
        detector.take_point(point(each.step + 62, 1.0, at=0.0))
    assert not detector.symptoms(0.0)


def test_harder_data_that_come_later_in_the_file_are_no_divergence() -> None:
    values = [2.0, 1.9, 1.8, *noisy(300, seed=5, begin=1.5, end=0.3, noise=0.05), *[1.6] * 100]
    assert told_by_points(DivergenceDetector, TrainingPlan(has_ordered_data=True), losses(*values)) == []
    assert told_by_points(DivergenceDetector, PLAN, losses(*values)) != []


def test_reinforcement_is_watched_by_its_distance_and_not_by_its_loss() -> None:
    plan = TrainingPlan(rlhf_type="grpo")
    chance = random.Random(2)
    fine = [point(s, chance.gauss(0, 0.05), at=float(s), kl=abs(chance.gauss(0.1, 0.1))) for s in range(1, 900)]
    assert told_by_points(DivergenceDetector, plan, fine) == []
    gone = [point(s, 0.0, at=float(s), kl=40.0) for s in range(900, 920)]
    assert len(told_by_points(DivergenceDetector, plan, [*fine, *gone])) == 1


def plateau(values: list[float], *, max_steps: int, plan: TrainingPlan = PLAN) -> list[int]:
    lines = [
        point(index + 1, value, at=float(index), max_steps=max_steps, epoch=index / 100)
        for index, value in enumerate(values)
    ]
    return told_by_points(PlateauDetector, plan, lines)


def test_a_loss_that_stands_still_is_a_hint_once() -> None:
    values = [*noisy(500, seed=4, noise=0.05, begin=3.0, end=1.0), *noisy(2500, seed=5, noise=0.05, begin=1.0, end=1.0)]
    assert len(plateau(values, max_steps=5000)) >= 1
    detector = DetectorPanel([PlateauDetector], PLAN)
    for index, value in enumerate(values):
        detector.take_point(point(index + 1, value, at=0.0, max_steps=5000, epoch=index / 100))
    assert detector.symptoms(0.0)[0].severity == "hint"


def test_a_loss_that_falls_slowly_or_has_nothing_left_to_fall_is_no_plateau() -> None:
    assert plateau([2.0 - 0.0003 * index for index in range(4000)], max_steps=5000) == []
    assert plateau([0.01] * 4000, max_steps=5000) == []
    assert plateau([1.0] * 4000, max_steps=5000, plan=TrainingPlan(rlhf_type="dpo")) == []
