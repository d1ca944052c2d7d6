"""Where the files of a run are that the engine writes: a run's attempts, seen from those who show its progress."""

import os
from collections.abc import Sequence
from pathlib import Path

from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.metrics.parts import MetricsFile
from tunewright_bridge.metrics.progress import TAIL_BYTES, progress
from tunewright_bridge.protocol.run import AttemptCommand, RunProgress
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.reading import read_record


def metrics_files(paths: RunPaths) -> list[Path]:
    """The metrics files of every attempt, oldest first; they need not exist. An unreadable attempt has none."""
    return [file.path for file in stitched_files(paths)]


def stitched_files(paths: RunPaths) -> list[MetricsFile]:
    """The same, with the checkpoints from which the attempts went on."""
    engine = engine_for_runs()
    files: dict[Path, MetricsFile] = {}
    for number in attempt_numbers(paths):
        try:
            command = read_record(AttemptCommand, paths.attempt(number).command)
        except BridgeError:
            continue
        for path in engine.metrics_files(Path(command.output_directory)):
            # Two attempts may be told to write to one folder.
            files.setdefault(path, MetricsFile(path, number, command.resumed_from))
    return list(files.values())


def attempt_numbers(paths: RunPaths) -> list[int]:
    """The attempts of a run, oldest first."""
    try:
        return sorted(int(name) for name in os.listdir(paths.attempts) if name.isdecimal())
    except FileNotFoundError:
        return []


def run_progress(files: Sequence[Path], tail_bytes: int = TAIL_BYTES) -> RunProgress | None:
    """How far the run is; None where nothing was logged yet or the files cannot be read."""
    try:
        return progress(files, tail_bytes)
    except OSError:
        return None


def progress_of_run(paths: RunPaths) -> RunProgress | None:
    """How far the run with this directory is."""
    return run_progress(metrics_files(paths))
