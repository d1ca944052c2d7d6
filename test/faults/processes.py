"""The processes of a trial, read from /proc by means that are not the product's own."""

import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

# Marks everything that a trial starts, and whatever that starts.
TRIAL_VARIABLE = "FAULTS_TRIAL"
_ATTEMPT_VARIABLE = "TUNEWRIGHT_ATTEMPT"
# As the stand-in trainer calls its workers.
_WORKER_NAME = "worker"
_END_PAUSE_SECONDS = 0.01

Role = Literal["supervisor", "recorder", "trainer", "worker", "bridge", "window", "other"]
CARRIERS: tuple[Role, ...] = ("supervisor", "recorder")


@dataclass(frozen=True, slots=True)
class Process:
    """One living process; a zombie does not live."""

    pid: int
    parent: int
    start: str
    is_stopped: bool
    role: Role
    # Of which run and attempt it is, where it is of one.
    run_id: str | None
    attempt: int | None
    words: str

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal, unless another process has the id by now."""
        if start_of(self.pid) == self.start:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    @property
    def lives(self) -> bool:
        return start_of(self.pid) == self.start


def processes(trial: str) -> list[Process]:
    """Every living process of a trial."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            process = _process(int(name), trial)
            if process is not None:
                found.append(process)
    return found


def end_all(trial: str) -> None:
    """Ends whatever lives of a trial, process by process."""
    # Again and again, since one of them may just be starting another.
    while left := processes(trial):
        for process in left:
            process.signal(signal.SIGKILL)
        time.sleep(_END_PAUSE_SECONDS)


def start_of(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; None where it does not live."""
    stat = _stat(pid)
    return None if stat is None or stat[0] in "ZX" else stat[19]


def _process(pid: int, trial: str) -> Process | None:
    stat = _stat(pid)
    if stat is None or stat[0] in "ZX":
        return None
    environment = _environment(pid)
    if environment.get(TRIAL_VARIABLE) != trial:
        return None
    words = _words(pid)
    role, run_id, attempt = _role(words, environment, stat[-1])
    return Process(pid, int(stat[1]), stat[19], stat[0] in "Tt", role, run_id, attempt, " ".join(words)[:200])


def _stat(pid: int) -> list[str] | None:
    """State, parent and so on, as proc(5) counts them from its third field on; the name comes last."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            before, _, after = file.read().rpartition(b")")
            return [*after.decode().split(), before.partition(b"(")[2].decode(errors="replace")]
    except OSError:
        return None


def _environment(pid: int) -> dict[str, str]:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            entries = file.read().decode(errors="replace").split("\0")
    except OSError:
        return {}
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def _words(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def _role(words: list[str], environment: Mapping[str, str], name: str) -> tuple[Role, str | None, int | None]:
    mark = environment.get(_ATTEMPT_VARIABLE)
    own = _own_arguments(words)
    if own is not None:
        return own
    if mark is not None:
        run_id, _, attempt = mark.rpartition("/")
        return "worker" if name == _WORKER_NAME else "trainer", run_id, int(attempt)
    if any(word.endswith("window.py") for word in words):
        return "window", None, None
    if any(word.endswith(("bootstrap.py", "tunewright-bridge")) for word in words):
        return "bridge", None, None
    return "other", None, None


def _own_arguments(words: list[str]) -> tuple[Role, str, int] | None:
    """The supervisor and the recorder are told what to do in one argument, as JSON."""
    for word in reversed(words):
        if not word.startswith("{"):
            continue
        try:
            request = json.loads(word)
            arguments = request["arguments"]
            if request["module"].endswith(".supervisor"):
                return "supervisor", os.path.basename(arguments["run"]), arguments["attempt"]
            if request["module"].endswith(".recorder"):
                parts = arguments["attempt"].split("/")
                return "recorder", parts[-3], int(parts[-1])
        except (ValueError, KeyError, TypeError):
            continue
    return None
