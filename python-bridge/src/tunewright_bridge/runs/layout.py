"""The names of everything in a run directory; no other module spells one of them. Nothing is read or written here."""

import re
from dataclasses import dataclass
from pathlib import Path

# The directory of a run or an attempt under construction; never listed, and taken away when it is old.
UNFINISHED_PREFIX = ".new-"

# Looked at for each of thousands of runs when they are listed, so it is spelled without a path.
STATE_NAME = "state.json"

# Everything under .tunewright is generated, except the one file that a team may want to share.
GITIGNORE_TEXT = "*\n!targets.yaml\n"


_CONSOLE_SEGMENT = re.compile(r"console\.(?:(?P<start>\d{20})\.)?log", re.ASCII)


def console_start(name: str) -> int | None:
    """The offset at which the file of this name starts in a console log; None for any other file."""
    match = _CONSOLE_SEGMENT.fullmatch(name)
    return None if match is None else int(match["start"] or 0)


def own_folder(workspace: Path) -> Path:
    """Folder of the product in a workspace."""
    return workspace / ".tunewright"


def runs_root(workspace: Path) -> Path:
    """Folder that holds the runs of a workspace; `RunStore` makes it when the first run is stored."""
    return own_folder(workspace) / "runs"


def list_index(root: Path) -> Path:
    """How the ended runs below a root ended, to list them at once; can be rebuilt."""
    return root / ".index"


def targets_file(root: Path) -> Path:
    """The `targets.yaml` that belongs to a folder of runs."""
    return root.parent / "targets.yaml"


@dataclass(frozen=True, slots=True)
class AttemptPaths:
    """The files of one attempt."""

    directory: Path

    @property
    def number(self) -> int:
        """Counts from 1."""
        return int(self.directory.name)

    @property
    def run_id(self) -> str:
        return self.directory.parent.parent.name

    @property
    def resolved(self) -> Path:
        """The config that the engine gets, as YAML."""
        return self.directory / "resolved.yaml"

    @property
    def command(self) -> Path:
        """AttemptCommand."""
        return self.directory / "command.json"

    @property
    def provenance(self) -> Path:
        """Provenance."""
        return self.directory / "provenance.json"

    @property
    def console_log(self) -> Path:
        """The beginning of what the command printed, secrets redacted; `ConsoleLog` reads all of it."""
        return self.console_segment(0)

    def console_segment(self, start_offset: int) -> Path:
        """The file of the console log that starts at an offset."""
        return self.directory / (f"console.{start_offset:020d}.log" if start_offset else "console.log")

    @property
    def console_pipe(self) -> Path:
        """The named pipe into which the command prints while it is alive."""
        return self.directory / "console.pipe"

    @property
    def supervisor_log(self) -> Path:
        """What the supervisor and the recorder have to say of themselves."""
        return self.directory / "supervisor.log"

    @property
    def devices(self) -> Path:
        """One HostSample a line."""
        return self.directory / "devices.jsonl"

    @property
    def metrics_index(self) -> Path:
        """Index over the engine's metrics; can be rebuilt."""
        return self.directory / "metrics.index"

    @property
    def exit(self) -> Path:
        """ExitRecord."""
        return self.directory / "exit.json"

    @property
    def exit_reserve(self) -> Path:
        """Disk space kept for the ExitRecord, so that a full disk cannot lose it."""
        return self.directory / "exit.reserve"

    @property
    def output(self) -> Path:
        """Where the engine writes, unless the config names another place."""
        return self.directory / "output"

    @property
    def lease(self) -> Path:
        """Lease."""
        return self.directory / "lease.json"

    @property
    def health(self) -> Path:
        """HealthRecord."""
        return self.directory / "health.json"

    @property
    def finish(self) -> Path:
        """The launcher's own word on how the engine ended: the last source where nobody could wait for it."""
        return self.directory / "finish.json"

    @property
    def recorder(self) -> Path:
        """RecorderRecord."""
        return self.directory / "recorder.json"

    @property
    def stop(self) -> Path:
        """StopRequest."""
        return self.directory / "stop.json"


@dataclass(frozen=True, slots=True)
class RunPaths:
    """The files of one run; the directory's name is the run's id."""

    directory: Path

    @property
    def run_id(self) -> str:
        return self.directory.name

    @property
    def intent(self) -> Path:
        """RunIntent."""
        return self.directory / "run.json"

    @property
    def config(self) -> Path:
        """The config as it was written, secrets redacted."""
        return self.directory / "config.yaml"

    @property
    def state(self) -> Path:
        """StateRecord."""
        return self.directory / STATE_NAME

    @property
    def events(self) -> Path:
        """One RunEvent a line."""
        return self.directory / "events.jsonl"

    @property
    def lock(self) -> Path:
        """Held, by flock, for the moment in which a state or a lease changes."""
        return self.directory / "lock"

    @property
    def attempts(self) -> Path:
        return self.directory / "attempts"

    def attempt(self, number: int) -> AttemptPaths:
        return AttemptPaths(self.attempts / str(number))

    def unfinished_attempt(self, number: int) -> AttemptPaths:
        """Where an attempt is put together; its number cannot be told from it."""
        return AttemptPaths(self.attempts / f"{UNFINISHED_PREFIX}{number}")
