"""Hangs and slow steps, at every pace that training has: what is only a pause is no hang."""

import pytest

from supervise.health.made_points import evaluation, point, told_by_points
from tunewright_bridge.supervise.health.hang import HangDetector
from tunewright_bridge.supervise.health.panel import DetectorPanel
from tunewright_bridge.supervise.health.plan import Rhythm, TrainingPlan
from tunewright_bridge.supervise.health.point import Point
from tunewright_bridge.supervise.health.slowdown import SlowdownDetector

HOUR = 3600.0
NO_PAUSES = TrainingPlan(may_evaluate=False, may_save=False)


def steady(count: int, seconds: float, *, every: int = 1, first: int = 1, begun: float = 0.0) -> list[Point]:
    """Lines at an even pace."""
    return [point(first + index * every, at=begun + (index + 1) * seconds * every) for index in range(count)]


def first_alarm(detector: DetectorPanel, since: float, *, until: float = 40 * HOUR) -> float | None:
    """Seconds of silence after which a hang is told."""
    waited = 0.0
    while waited < until:
        waited += 10.0
        if detector.symptoms(since + waited):
            return waited
    return None


@pytest.mark.parametrize(
    ("seconds_per_step", "logging_steps", "least", "most"),
    [(0.05, 1, 200, 400), (1.0, 10, 200, 400), (1.0, 500, 1500, 3000), (600.0, 1, 1800, 2 * HOUR)],
)
def test_a_silence_is_a_hang_by_the_measure_of_the_steps(
    seconds_per_step: float, logging_steps: int, least: float, most: float
) -> None:
    detector = DetectorPanel([HangDetector], NO_PAUSES)
    lines = steady(20, seconds_per_step, every=logging_steps)
    for each in lines:
        detector.take_point(each)
        assert not detector.symptoms(each.seen_at)
    waited = first_alarm(detector, lines[-1].seen_at)
    assert waited is not None
    assert least < waited < most


def test_an_evaluation_of_an_hour_is_no_hang_the_first_time_and_measured_afterwards() -> None:
    plan = TrainingPlan(evaluation=Rhythm(every_steps=100), may_save=False)
    detector = DetectorPanel([HangDetector], plan)
    now = 0.0
    for round_number in range(3):
        for each in steady(100, 1.0, first=round_number * 100 + 1, begun=now):
            detector.take_point(each)
        now += 100
        for silent in range(0, 3600, 60):
            assert not detector.symptoms(now + silent), "an evaluation is going on"
        now += HOUR
        detector.take_point(evaluation(round_number * 100 + 100, at=now))
    for each in steady(100, 1.0, first=301, begun=now):
        detector.take_point(each)
    waited = first_alarm(detector, now + 100)
    assert waited is not None
    assert 3 * HOUR <= waited < 3.5 * HOUR


def test_steps_between_two_evaluations_are_watched_as_closely_as_others() -> None:
    plan = TrainingPlan(evaluation=Rhythm(every_steps=100), saving=Rhythm(every_steps=100))
    detector = DetectorPanel([HangDetector], plan)
    for each in [*steady(100, 1.0), evaluation(100, at=HOUR), *steady(50, 1.0, first=101, begun=HOUR)]:
        detector.take_point(each)
    waited = first_alarm(detector, HOUR + 50)
    assert waited is not None
    assert waited < 400


def test_the_end_of_an_epoch_may_evaluate() -> None:
    plan = TrainingPlan(evaluation=Rhythm(every_epoch=True), may_save=False)
    detector = DetectorPanel([HangDetector], plan)
    for step in range(1, 101):
        detector.take_point(point(step, at=float(step), epoch=step / 100))
    assert first_alarm(detector, 100.0, until=1.5 * HOUR) is None


def test_the_last_step_may_take_its_time() -> None:
    detector = DetectorPanel([HangDetector], NO_PAUSES)
    for step in range(1, 101):
        detector.take_point(point(step, at=float(step), max_steps=100))
    assert first_alarm(detector, 100.0, until=HOUR) is None


@pytest.mark.parametrize(("minutes", "expected"), [(2.0, 130.0), (0.0, None)])
def test_a_config_may_say_how_long(minutes: float, expected: float | None) -> None:
    detector = DetectorPanel([HangDetector], TrainingPlan(stall_seconds=minutes * 60))
    for each in steady(20, 1.0):
        detector.take_point(each)
    assert first_alarm(detector, 20.0, until=10 * HOUR) == expected


def test_a_config_may_have_the_first_step_watched_as_well() -> None:
    detector = DetectorPanel([HangDetector], TrainingPlan(stall_seconds=600))
    detector.symptoms(0.0)
    assert first_alarm(detector, 0.0) == 610.0
    silent = DetectorPanel([HangDetector], TrainingPlan())
    silent.symptoms(0.0)
    assert first_alarm(silent, 0.0) is None


def test_a_hang_is_over_with_the_next_line() -> None:
    detector = DetectorPanel([HangDetector], NO_PAUSES)
    for each in steady(20, 1.0):
        detector.take_point(each)
    assert detector.symptoms(1000.0)
    detector.take_point(point(21, at=1000.0))
    assert not detector.symptoms(1002.0)


def test_steps_that_go_back_after_a_resume_are_no_hang_and_no_slowdown() -> None:
    for make in (HangDetector, SlowdownDetector):
        detector = DetectorPanel([make], NO_PAUSES)
        for each in steady(400, 2.0):
            detector.take_point(each)
        detector.restart()
        for index in range(400):
            at = 1000.0 + index * 2.0
            detector.take_point(Point(step=200 + index, values={"loss": 1.0}, seen_at=at, elapsed_seconds=index * 2.0))
            assert not detector.symptoms(at)


@pytest.mark.parametrize(("seconds_per_step", "logging_steps"), [(0.05, 10), (1.0, 1), (2.0, 100), (300.0, 1)])
def test_steps_that_take_three_times_as_long_are_told_and_end(seconds_per_step: float, logging_steps: int) -> None:
    enough = max(60, int(900 / (seconds_per_step * logging_steps)))
    before = steady(enough, seconds_per_step, every=logging_steps)
    slow = steady(
        enough, 3 * seconds_per_step, every=logging_steps, first=before[-1].step + 1, begun=before[-1].seen_at
    )
    after = steady(enough, seconds_per_step, every=logging_steps, first=slow[-1].step + 1, begun=slow[-1].seen_at)
    told = told_by_points(SlowdownDetector, NO_PAUSES, [*before, *slow, *after])
    assert len(told) == 1
    assert before[-1].step < told[0] < slow[-1].step
    assert told_by_points(SlowdownDetector, NO_PAUSES, [*before, *slow]) == told


def test_pauses_to_evaluate_and_save_are_no_slow_steps() -> None:
    plan = TrainingPlan(evaluation=Rhythm(every_steps=5), saving=Rhythm(every_steps=5))
    lines = []
    now = 0.0
    for step in range(1, 1000):
        now += 1.0
        lines.append(point(step, at=now))
        if step % 5 == 0:
            now += 30.0 if step > 500 else 1.0
            lines.append(evaluation(step, at=now))
    assert told_by_points(SlowdownDetector, plan, lines) == []


def test_checkpoints_that_have_become_slow_are_no_slow_steps() -> None:
    plan = TrainingPlan(may_evaluate=False, saving=Rhythm(every_steps=2))
    lines = []
    now = 0.0
    for step in range(1, 1000):
        now += 1.0 + (30.0 if step % 2 and step > 500 else 0.0)
        lines.append(point(step, at=now))
    assert told_by_points(SlowdownDetector, plan, lines) == []


def test_longer_completions_are_more_work_and_no_slow_steps() -> None:
    plan = TrainingPlan(rlhf_type="grpo", may_evaluate=False, may_save=False)
    now = 0.0
    lines = []
    for step in range(1, 400):
        length = 100.0 if step < 200 else 500.0
        now += length / 20
        values = {"loss": 0.0, "completions/mean_length": length}
        lines.append(Point(step=step, values=values, seen_at=now, elapsed_seconds=now))
    assert told_by_points(SlowdownDetector, plan, lines) == []


def test_steps_that_are_long_and_short_in_turn_are_no_slow_steps() -> None:
    lines = []
    now = 0.0
    for step in range(1, 600):
        now += 20.0 if step % 2 else 1.0
        lines.append(point(step, at=now))
    assert told_by_points(SlowdownDetector, NO_PAUSES, lines) == []


def test_one_long_silence_does_not_make_steps_slow() -> None:
    lines = [*steady(300, 2.0), *steady(300, 2.0, first=301, begun=2500.0)]
    assert told_by_points(SlowdownDetector, NO_PAUSES, lines) == []
