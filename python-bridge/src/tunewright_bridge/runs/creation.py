"""What a new run is made of, and how its directory is filled; where the directory goes is the store's business."""

from dataclasses import dataclass
from pathlib import Path

from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import AttemptCommand, Provenance, RunEvent, RunIntent
from tunewright_bridge.protocol.targets import ExecutorName
from tunewright_bridge.protocol.task import Task
from tunewright_bridge.runs.durable import json_bytes, json_line, sync_directory, sync_file
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """What a run is asked for with; the store adds id, number and time."""

    name: str
    task: Task
    config_path: Path
    working_directory: Path
    host: str
    executor: ExecutorName
    tags: list[str]
    bridge_version: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttempt:
    """What an attempt starts with."""

    resolved_text: str
    command: AttemptCommand
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """What goes into a new run's directory; made when its place is known."""

    # As written, secrets redacted.
    config_text: str
    attempt: NewAttempt


def fill(paths: RunPaths, intent: RunIntent, prepared: PreparedRun) -> None:
    """Writes every file of a new, queued run, durably. Raises OSError."""
    first = paths.attempt(1)
    first.output.mkdir(parents=True)
    queued = RunEvent(at_ms=intent.created_at_ms, attempt=1, kind="state", state="queued")
    files: dict[Path, bytes] = {
        paths.config: prepared.config_text.encode(errors="surrogateescape"),
        paths.events: json_line(encode(queued)),
        paths.state: json_bytes(encode(state_of(queued, "queued"))),
        first.resolved: prepared.attempt.resolved_text.encode(),
        first.command: json_bytes(encode(prepared.attempt.command)),
        first.provenance: json_bytes(encode(prepared.attempt.provenance)),
        paths.intent: json_bytes(encode(intent)),
    }
    for path, content in files.items():
        path.write_bytes(content)
    # Written first and synced after: the file system then commits them together.
    for path in files:
        sync_file(path)
    for directory in (first.directory, paths.attempts, paths.directory):
        sync_directory(directory)
