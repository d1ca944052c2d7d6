"""Idle devices, growing memory and full disks, from samples of the host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from supervise.health.made_points import device, point, told_by_samples
from tunewright_bridge.protocol.device import HostSample
from tunewright_bridge.supervise.health.detector import Sample
from tunewright_bridge.supervise.health.disk_full import DiskFullDetector
from tunewright_bridge.supervise.health.host import HostSource, named_devices
from tunewright_bridge.supervise.health.idle_device import IdleDeviceDetector
from tunewright_bridge.supervise.health.memory_growth import MemoryGrowthDetector
from tunewright_bridge.supervise.health.panel import DetectorPanel
from tunewright_bridge.supervise.health.plan import Rhythm, Sizes, TrainingPlan
from tunewright_bridge.supervise.health.texts import KINDS

GIB = 1 << 30
NO_PAUSES = TrainingPlan(may_evaluate=False, may_save=False)


def loads(*stretches: tuple[float, float | None], apart: float = 30.0, index: int = 0) -> Iterator[Sample]:
    """Samples of one GPU and an idle processor: each stretch is a number of minutes at a load."""
    at = 0.0
    for minutes, load in stretches:
        for _ in range(int(minutes * 60 / apart)):
            at += apart
            yield Sample(at=at, devices=[device(0.0, kind="cpu"), device(load, index=index)])


def idle(plan: TrainingPlan = NO_PAUSES) -> DetectorPanel:
    detector = DetectorPanel([IdleDeviceDetector], plan)
    for step in range(1, 20):
        detector.take_point(point(step, at=step * 0.1))
    return detector


def test_a_device_that_stops_working_is_told_and_ends_with_its_work() -> None:
    detector = idle()
    told = told_by_samples(detector, loads((30, 95.0), (40, 0.0)))
    assert told is not None
    at, symptom = told
    assert 44 * 60 < at < 47 * 60
    assert (symptom.subject, symptom.values["device"]) == ("GPU-0", "cuda 0")
    assert set(symptom.values) == set(KINDS["idle_device"].values)
    detector.take_sample(Sample(at=at + 30, devices=[device(90.0)]))
    assert not detector.symptoms(at + 30)


@pytest.mark.parametrize(
    "stretches",
    [
        [(60, 0.0)],
        [(5, 95.0), (10, 0.0), (5, 95.0), (10, 0.0)],
        [(60, None)],
        [(2, 95.0), (60, 6.0)],
    ],
    ids=["never used", "short pauses", "a load that cannot be read", "little load"],
)
def test_other_devices_are_left_alone(stretches: list[tuple[float, float | None]]) -> None:
    assert told_by_samples(idle(), loads(*stretches)) is None


def test_a_device_that_the_run_was_given_by_name_must_be_used() -> None:
    plan = TrainingPlan(may_evaluate=False, may_save=False, named_devices=("0", "GPU-1"))
    assert told_by_samples(idle(plan), loads((60, 0.0))) is not None
    assert told_by_samples(idle(plan), loads((60, 0.0), index=1)) is not None
    assert told_by_samples(idle(plan), loads((60, 0.0), index=2)) is None


def test_what_others_do_on_devices_that_the_run_was_not_given_is_not_told() -> None:
    plan = TrainingPlan(may_evaluate=False, may_save=False, named_devices=("GPU-0",))
    assert told_by_samples(idle(plan), loads((30, 95.0), (60, 0.0), index=1)) is None
    assert told_by_samples(idle(plan), loads((30, 95.0), (60, 0.0), index=0)) is not None


@pytest.mark.parametrize(("left", "is_told"), [(0, False), (9, True)])
def test_a_device_that_another_program_has_left_is_not_held_by_the_run(left: int, is_told: bool) -> None:
    def samples() -> Iterator[Sample]:
        for index in range(180):
            load, used = (95.0, 10) if index < 60 else (0.0, left)
            yield Sample(at=index * 30.0, devices=[device(load, index=1, used=used * GIB, total=80 * GIB)])

    assert (told_by_samples(idle(), samples()) is not None) is is_told


def test_the_devices_of_a_command_are_those_that_its_queue_or_its_environment_names() -> None:
    assert named_devices({"CUDA_VISIBLE_DEVICES": "0, 2"}) == ("0", "2")
    assert named_devices({"TUNEWRIGHT_DEVICES": "GPU-a", "CUDA_VISIBLE_DEVICES": "0"}) == ("GPU-a",)
    assert named_devices({"ASCEND_RT_VISIBLE_DEVICES": "3"}) == ("3",)
    assert named_devices({"CUDA_VISIBLE_DEVICES": "-1"}) == named_devices({}) == ()


def test_nothing_is_idle_before_the_first_step_nor_while_the_first_checkpoint_is_written() -> None:
    assert told_by_samples(DetectorPanel([IdleDeviceDetector], NO_PAUSES), loads((5, 95.0), (60, 0.0))) is None
    saving = TrainingPlan(may_evaluate=False, saving=Rhythm(every_steps=19))
    assert told_by_samples(idle(saving), loads((5, 95.0), (40, 0.0))) is None


def memory(*gibibytes: float, total: float = 64.0, apart: float = 30.0) -> Iterator[Sample]:
    """Samples of a run that has so much of the host's memory; others have 8 GiB of it."""
    for index, size in enumerate(gibibytes):
        host = device(50.0, kind="cpu", used=int((size + 8) * GIB), total=int(total * GIB))
        yield Sample(at=index * apart, devices=[host], run_memory_bytes=int(size * GIB))


def leaking(plan: TrainingPlan = NO_PAUSES, *, max_steps: int = 100_000) -> DetectorPanel:
    detector = DetectorPanel([MemoryGrowthDetector], plan)
    for step in range(1, 20):
        detector.take_point(point(step, at=step * 1.0, max_steps=max_steps))
    return detector


def test_a_leak_is_told_long_before_the_host_is_full() -> None:
    told = told_by_samples(leaking(), memory(*[4 + index * 0.05 for index in range(900)]))
    assert told is not None
    at, symptom = told
    assert at < 6 * 3600
    assert symptom.values["perHour"] == "6 GiB"
    assert 60 < int(symptom.values["minutes"]) < 600
    assert set(symptom.values) == set(KINDS["memory_growth"].values)


def test_a_fast_leak_is_told_fast() -> None:
    told = told_by_samples(leaking(), memory(*[4 + index * 0.6 for index in range(80)]))
    assert told is not None
    assert told[0] < 1000


@pytest.mark.parametrize(
    "sizes",
    [
        [4.0] * 900,
        [4 + 20 * (1 - 0.99**index) for index in range(900)],
        [4 + (index % 40) * 0.3 for index in range(900)],
        [4.0] * 300 + [20.0] * 600,
        [4 + index * 0.0005 for index in range(900)],
    ],
    ids=["even", "a cache that fills", "up and down", "one step", "too little to matter"],
)
def test_other_growth_is_no_leak(sizes: list[float]) -> None:
    assert told_by_samples(leaking(), memory(*sizes)) is None


def test_a_leak_that_the_run_outlives_is_none() -> None:
    assert told_by_samples(leaking(max_steps=600), memory(*[4 + index * 0.05 for index in range(200)])) is None


def disk(*free: float, checkpoint: float | None, apart: float = 10.0) -> Iterator[Sample]:
    for index, gibibytes in enumerate(free):
        size = None if checkpoint is None else int(checkpoint * GIB)
        yield Sample(at=index * apart, free_disk_bytes=int(gibibytes * GIB), checkpoint_bytes=size)


SAVING = TrainingPlan(may_evaluate=False, saving=Rhythm(every_steps=1000))


def saving(plan: TrainingPlan = SAVING) -> DetectorPanel:
    detector = DetectorPanel([DiskFullDetector], plan)
    for step in range(1, 200):
        detector.take_point(point(step, at=step * 1.0))
    return detector


def test_a_checkpoint_that_does_not_fit_is_told_before_it_is_written() -> None:
    told = told_by_samples(saving(), disk(5.0, 5.0, checkpoint=6.0))
    assert told is not None
    assert told[1].values == {"free": "5 GiB", "needed": "6 GiB"}
    assert set(told[1].values) == set(KINDS["disk_full"].values)


def test_a_disk_that_fills_is_told_ahead() -> None:
    # 800 steps of a second are left, in which the others write 24 GiB.
    told = told_by_samples(saving(), disk(*[40 - index * 0.3 for index in range(60)], checkpoint=20.0))
    assert told is not None
    assert told[0] < 200


@pytest.mark.parametrize(
    ("free", "checkpoint"),
    [
        ([40.0] * 60, 20.0),
        ([40.0] * 30 + [30.0] * 30, 20.0),
        ([400 - index * 0.3 for index in range(60)], 20.0),
        ([5.0] * 60, None),
    ],
    ids=["room enough", "a checkpoint was written", "far from full", "size not known"],
)
def test_other_disks_are_fine(free: list[float], checkpoint: float | None) -> None:
    assert told_by_samples(saving(), disk(*free, checkpoint=checkpoint)) is None


def test_a_run_that_saves_nothing_needs_no_room_for_checkpoints_but_some_for_its_logs() -> None:
    assert told_by_samples(saving(NO_PAUSES), disk(5.0, checkpoint=6.0)) is None
    assert told_by_samples(saving(NO_PAUSES), disk(0.01, checkpoint=None)) is not None


def test_a_first_full_checkpoint_takes_three_times_the_weights_at_least(tmp_path: Path) -> None:
    from made_runs import make_run

    model = tmp_path / "model"
    model.mkdir()
    (model / "model.safetensors").write_bytes(bytes(1000))
    host = HostSource(tmp_path / "output", make_run(tmp_path / "runs").attempt(1))
    empty = HostSample(host_name="here", at_ms=0, devices=[], unavailable=[])
    full = TrainingPlan(model_folder=str(model), sizes=Sizes(is_adapter=False))
    sample = host.sample(empty, full, 0.0)
    assert sample.checkpoint_bytes == 3000
    assert sample.free_disk_bytes is not None
