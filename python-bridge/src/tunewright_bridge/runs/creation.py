"""What runs and attempts are made of, and how their directories are filled; where those go is decided elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import AttemptCommand, Provenance, RunEvent, RunIntent
from tunewright_bridge.protocol.targets import ExecutorName
from tunewright_bridge.protocol.task import Task
from tunewright_bridge.runs.causes import cause, cause_text
from tunewright_bridge.runs.durable import json_bytes, json_line, sync_directory, sync_file, write_new
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.states import state_of


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
    # Which attempt it was made for: the text and the command name that attempt's files.
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """What goes into a new run's directory; made when its place is known."""

    # As written, secrets redacted.
    config_text: str
    attempt: NewAttempt


def fill(paths: RunPaths, intent: RunIntent, prepared: PreparedRun) -> None:
    """Writes every file of a new, queued run, durably. Raises OSError."""
    terms = prepared.attempt.command.terms
    why = None if terms is None or terms.queue is None else cause("waits-in-queue", queue=terms.queue)
    queued = RunEvent(
        at_ms=intent.created_at_ms,
        attempt=1,
        kind="state",
        state="queued",
        detail=None if why is None else cause_text(why),
        cause=why,
    )
    first = paths.attempt(1)
    first.output.mkdir(parents=True)
    files = {
        paths.config: prepared.config_text.encode(errors="surrogateescape"),
        paths.events: json_line(encode(queued)),
        paths.state: json_bytes(encode(state_of(queued, "queued"))),
        **_files_of(first, prepared.attempt),
        paths.intent: json_bytes(encode(intent)),
        # Here already, so that a full disk cannot keep anybody from taking it.
        paths.lock: b"",
    }
    _write(files, [first.directory, paths.attempts, paths.directory])


def fill_attempt(attempt: AttemptPaths, new: NewAttempt) -> None:
    """Writes every file with which an attempt starts into a new directory, durably. Raises OSError."""
    attempt.output.mkdir(parents=True)
    _write(_files_of(attempt, new), [attempt.directory])


def _files_of(attempt: AttemptPaths, new: NewAttempt) -> dict[Path, bytes]:
    return {
        attempt.resolved: new.resolved_text.encode(),
        attempt.command: json_bytes(encode(new.command)),
        attempt.provenance: json_bytes(encode(new.provenance)),
    }


def _write(files: Mapping[Path, bytes], directories: Sequence[Path]) -> None:
    for path, content in files.items():
        write_new(path, content)
    # Written first and synced after: the file system then commits them together.
    for path in files:
        sync_file(path)
    for directory in directories:
        sync_directory(directory)
