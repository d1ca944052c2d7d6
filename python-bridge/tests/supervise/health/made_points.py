"""Makes what detectors see, for tests of what no machine here can record: long runs, many devices, slow steps."""

from collections.abc import Iterable

from tunewright_bridge.protocol.device import DeviceKind, DeviceSample
from tunewright_bridge.supervise.health.detector import Sample, Symptom
from tunewright_bridge.supervise.health.panel import DetectorMaker, DetectorPanel
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point


def point(
    step: int, loss: float = 1.0, *, at: float, max_steps: int = 100_000, epoch: float | None = None, **values: float
) -> Point:
    """A line of training that the engine wrote at `at`."""
    return Point(
        step=step,
        values={"loss": loss, **values},
        seen_at=at,
        elapsed_seconds=at,
        epoch=epoch,
        max_steps=max_steps,
    )


def evaluation(step: int, *, at: float, max_steps: int = 100_000) -> Point:
    """A line of an evaluation."""
    return Point(step=step, values={"eval_loss": 1.0}, seen_at=at, elapsed_seconds=at, max_steps=max_steps)


def device(
    load: float | None = None, *, kind: DeviceKind = "cuda", index: int = 0, used: int = 0, total: int = 0
) -> DeviceSample:
    """One device; the processor carries the memory of the host."""
    return DeviceSample(
        id="cpu" if kind == "cpu" else f"GPU-{index}",
        kind=kind,
        index=index,
        name=f"{kind} {index}",
        utilization_percent=load,
        memory_used_bytes=used,
        memory_total_bytes=total,
    )


def told_by_points(make: DetectorMaker, plan: TrainingPlan, points: Iterable[Point]) -> list[int]:
    """The steps after which something was wrong that was not wrong before."""
    detector = DetectorPanel([make], plan)
    told = []
    was_wrong = False
    for each in points:
        detector.take_point(each)
        is_wrong = bool(detector.symptoms(each.seen_at))
        if is_wrong and not was_wrong:
            told.append(each.step)
        was_wrong = is_wrong
    return told


def told_by_samples(detector: DetectorPanel, samples: Iterable[Sample]) -> tuple[float, Symptom] | None:
    """When a detector first told something, and what."""
    for sample in samples:
        detector.take_sample(sample)
        symptoms = detector.symptoms(sample.at)
        if symptoms:
            return sample.at, symptoms[0]
    return None
