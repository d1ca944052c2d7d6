"""Plays recorded runs to the detectors, as a supervisor would have seen them: look by look, at any speed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tunewright_bridge.metrics.logging_jsonl import LoggingJsonl
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.device import HostSample
from tunewright_bridge.supervise.health.detector import ConsoleBlock, Ending, Sample, Symptom
from tunewright_bridge.supervise.health.detectors import DETECTORS
from tunewright_bridge.supervise.health.panel import DetectorPanel
from tunewright_bridge.supervise.health.plan import TrainingPlan, plan_of
from tunewright_bridge.supervise.health.sources import point_of

RECORDED = Path(__file__).with_name("recorded")
LOOK_SECONDS = 2.0


@dataclass
class Replayed:
    """What was told in a replay: the first symptom of each alert and its time, and which of them ended again."""

    told: dict[str, tuple[float, Symptom]] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    # When each line was logged, by its step.
    line_times: dict[int, float] = field(default_factory=dict)

    def kinds(self) -> set[str]:
        return {symptom.kind for _, symptom in self.told.values()}

    def first(self, kind: str) -> tuple[float, Symptom]:
        """Time and symptom of the first alert of a kind."""
        return next((at, symptom) for at, symptom in self.told.values() if symptom.kind == kind)


def recording(name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Header and events of a recorded run."""
    lines = (RECORDED / f"{name}.jsonl").read_text().splitlines()
    return json.loads(lines[0]), [json.loads(line) for line in lines[1:]]


def plan_of_recording(header: dict[str, Any]) -> TrainingPlan:
    """What the engine's dump of its arguments told, or the config where it came to none."""
    return plan_of({**header["config"], **header["arguments"]}, is_training=True)


def replay(name: str, *, slower: float = 1.0, silence: float = 0.0, stall_seconds: float | None = None) -> Replayed:
    """Plays a recorded run, all its times multiplied by `slower`, then waits for `silence` seconds."""
    header, events = recording(name)
    plan = replace(plan_of_recording(header), stall_seconds=stall_seconds)
    panel = DetectorPanel(DETECTORS, plan)
    result = Replayed()
    for now, batch in _looks(events, slower, silence):
        for event in batch:
            _feed(panel, event, now, slower, result)
        _compare(panel.symptoms(now), now, result)
    return result


def _looks(events: list[dict[str, Any]], slower: float, silence: float) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """What came between one look and the next; looks at which nothing came are made too, within reason."""
    end = events[-1]["t"] * slower + silence
    waiting = list(reversed(events))
    step = max(LOOK_SECONDS, end / 20_000)
    now = 0.0
    while now < end + step:
        batch = []
        while waiting and waiting[-1]["t"] * slower <= now:
            batch.append(waiting.pop())
        yield now, batch
        now += step


def _feed(panel: DetectorPanel, event: dict[str, Any], now: float, slower: float, result: Replayed) -> None:
    if "log" in event:
        reader = LoggingJsonl()
        row = reader.rows([event["log"].encode()])[0]
        point = None if row is None else point_of(reader, row, now, first_step=0)
        if point is not None:
            elapsed = None if point.elapsed_seconds is None else point.elapsed_seconds * slower
            result.line_times.setdefault(point.step, event["t"] * slower)
            panel.take_point(replace(point, elapsed_seconds=elapsed))
    if "text" in event:
        panel.take_console(ConsoleBlock((event["text"] + "\n").encode(), 0))
    if "sample" in event:
        sample = decode(HostSample, event["sample"])
        panel.take_sample(Sample(at=now, devices=sample.devices, free_disk_bytes=event.get("freeBytes")))
    if "exit" in event:
        code = event["exit"]
        panel.take_ending(Ending(exit_code=code) if code >= 0 else Ending(signal=-code))


def _compare(symptoms: list[Symptom], now: float, result: Replayed) -> None:
    for symptom in symptoms:
        result.told.setdefault(symptom.id, (now, symptom))
    going_on = {symptom.id for symptom in symptoms}
    result.ended.extend(identity for identity in result.told if identity not in going_on | set(result.ended))
