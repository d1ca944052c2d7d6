"""What is new since the last look: lines of metrics, the engine's arguments, the console, the host."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.metrics.follow import LineFollower
from tunewright_bridge.metrics.logging_jsonl import parse_duration
from tunewright_bridge.metrics.reader import MetricsReader, Row
from tunewright_bridge.metrics.readers import reader_for
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.supervise.health.detector import ConsoleBlock
from tunewright_bridge.supervise.health.point import Point

# source: swift/trainers/patcher.py: add_train_message
_SPEED = "train_speed(s/it)"
_ELAPSED = "elapsed_time"
_SUMMARY = "train_runtime"
# The engine's text of the time that has passed leaves out what is less than a second.
_TEXT_SECONDS = 1.5
_HISTORY_BYTES = 4 * 1024 * 1024
_BLOCK_BYTES = 256 * 1024
_LARGEST_ARGUMENTS_BYTES = 4 * 1024 * 1024


class MetricsSource:
    """The points of an attempt's metrics files, each once, in their order.

    Of a long file that is there at the first call only the end is read: whoever adopts a run has other things to do.
    """

    def __init__(self, output_directory: Path, first_step: int) -> None:
        self._first_step = first_step
        self._readers: list[tuple[LineFollower, MetricsReader]] = []
        for path in engine_for_runs().metrics_files(output_directory):
            reader = reader_for(path)
            if reader is not None:
                self._readers.append((LineFollower(path, _start_of_end(path)), reader))

    def news(self, now: float) -> Iterator[Point | None]:
        """What was logged since the last call; None where a file begins anew."""
        for follower, reader in self._readers:
            for piece in follower.pieces():
                if piece.is_restart:
                    yield None
                for row in reader.rows(piece.lines):
                    point = None if row is None else point_of(reader, row, now, first_step=self._first_step)
                    if point is not None:
                        yield point


def _start_of_end(path: Path) -> int:
    """Where the first whole line of a file's last part begins; 0 for a short file, and for one that is not there."""
    try:
        with path.open("rb") as file:
            start = file.seek(0, os.SEEK_END) - _HISTORY_BYTES
            if start <= 0:
                return 0
            file.seek(start)
            file.readline()
            return file.tell()
    except OSError:
        return 0


def point_of(reader: MetricsReader, row: Row, now: float, *, first_step: int) -> Point | None:
    """What a row tells of a step; None where it tells of none."""
    progress = reader.progress([row])
    if progress is None:
        return None
    found = reader.point(row)
    return Point(
        step=progress.step,
        # Numbers that JSON lacks are names here, which `float` reads.
        values={} if found is None else {name: float(value) for name, value in found.values.items()},
        seen_at=now,
        elapsed_seconds=_elapsed(progress.step - first_step, progress.seconds_per_step, row),
        epoch=progress.epoch,
        max_steps=progress.max_steps,
        closes_training=_SUMMARY in row,
    )


def _elapsed(steps: int, seconds_per_step: float | None, row: Row) -> float | None:
    """The mean time of a step times their number is finer than the text, and right where their number is known."""
    told = parse_duration(row.get(_ELAPSED))
    if seconds_per_step is None or steps <= 0:
        return told
    fine = seconds_per_step * steps
    return fine if told is None or abs(fine - told) <= _TEXT_SECONDS + told * 1e-3 else told


class ConsoleSource:
    """What the command has printed, in blocks of whole lines; of what is there at the first call only the end."""

    def __init__(self, attempt: AttemptPaths) -> None:
        self._log = ConsoleLog(attempt)
        self._offset: int | None = None

    def news(self, *, is_over: bool = False) -> Iterator[ConsoleBlock]:
        """What was printed since the last call; a line without an end waits for it, unless nothing more will come."""
        if self._offset is None:
            self._offset = max(0, self._log.size() - _BLOCK_BYTES)
        while True:
            start, data = self._log.read(self._offset, _BLOCK_BYTES)
            end = data.rfind(b"\n") + 1
            if end == 0 and (is_over or len(data) >= _BLOCK_BYTES):
                end = len(data)
            if end == 0:
                return
            yield ConsoleBlock(data[:end], start)
            self._offset = start + end


class EngineArguments:
    """The config as the engine got it, then as the engine itself understood it."""

    def __init__(self, output_directory: Path, attempt: AttemptPaths) -> None:
        self._dump = output_directory / "args.json"
        self._resolved = attempt.resolved
        self._values: dict[str, Any] | None = None
        self._has_dump = False

    def news(self) -> Mapping[str, Any] | None:
        """The arguments where more is known of them than before."""
        is_first = self._values is None
        if self._values is None:
            self._values = _yaml_mapping(self._resolved)
        dumped = None if self._has_dump else _json_mapping(self._dump)
        if dumped is not None:
            self._has_dump = True
            # What the engine did not understand it keeps as null; what the config says then still stands.
            self._values |= {key: value for key, value in dumped.items() if value is not None}
        return self._values if is_first or dumped is not None else None


def _yaml_mapping(path: Path) -> dict[str, Any]:
    import yaml

    try:
        values = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError):
        return {}
    return values if isinstance(values, dict) else {}


def _json_mapping(path: Path) -> dict[str, Any] | None:
    """None where the file is not there, or not whole yet."""
    try:
        if path.stat().st_size > _LARGEST_ARGUMENTS_BYTES:
            return None
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
