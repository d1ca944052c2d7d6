"""Starts a supervisor, detached from whoever asks for it, and waits for its first word."""

import json
import os
import select
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict
from io import FileIO

from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.supervise.programs import program_command
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.tree import (
    ATTEMPT_VARIABLE,
    CARRIER_VARIABLE,
    DEVICES_VARIABLE,
    QUEUES_VARIABLE,
    mark_of,
)

# A start takes 0.2 s; a machine out of memory may take very long.
_HANDSHAKE_SECONDS = 30.0
_SUPERVISOR = "tunewright_bridge.supervise.supervisor"


class SupervisorError(Exception):
    """The supervisor did not get to the point from which it works alone; the message says why."""

    def __init__(self, reason: str, *, has_started_nothing: bool = False) -> None:
        super().__init__(reason)
        # Otherwise something may live, and only a look at the attempt can tell.
        self.has_started_nothing = has_started_nothing


def start_supervisor(
    paths: RunPaths, attempt: AttemptPaths, *, environment: Mapping[str, str], patience: Patience | None = None
) -> None:
    """Starts the attempt under a new supervisor; returns once its command runs or has failed to.

    `environment` is what supervisor, recorder and command inherit; it carries the secrets. Raises SupervisorError.
    """
    _launch(paths, attempt, is_adoption=False, environment=environment, patience=patience)


def adopt(
    paths: RunPaths, attempt: AttemptPaths, *, environment: Mapping[str, str], patience: Patience | None = None
) -> None:
    """Puts a new supervisor in the place of a dead one, unless somebody was faster. Raises SupervisorError."""
    _launch(paths, attempt, is_adoption=True, environment=environment, patience=patience)


def _launch(
    paths: RunPaths,
    attempt: AttemptPaths,
    *,
    is_adoption: bool,
    environment: Mapping[str, str],
    patience: Patience | None,
) -> None:
    arguments: dict[str, object] = {
        "run": str(paths.directory),
        "attempt": attempt.number,
        "isAdoption": is_adoption,
        "patience": asdict(patience or Patience()),
    }
    # An attempt that starts another one must not pass on its own marks.
    marks = (ATTEMPT_VARIABLE, DEVICES_VARIABLE, QUEUES_VARIABLE)
    inherited = {name: value for name, value in environment.items() if name not in marks}
    inherited[CARRIER_VARIABLE] = mark_of(attempt)
    reader, writer = os.pipe()
    with open(reader, "rb", buffering=0) as words:
        try:
            with attempt.supervisor_log.open("ab") as log:
                process = subprocess.Popen(
                    program_command(_SUPERVISOR, arguments),
                    cwd="/",
                    env=inherited,
                    stdin=subprocess.DEVNULL,
                    stdout=writer,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            raise SupervisorError(error.strerror or str(error), has_started_nothing=True) from error
        finally:
            os.close(writer)
        first_word = _read_line(words)
    # The process that was started has forked and ended; what lives on is nobody's child.
    process.wait()
    _judge(first_word, attempt)


def _read_line(words: FileIO) -> bytes:
    deadline = time.monotonic() + _HANDSHAKE_SECONDS
    line = b""
    while not line.endswith(b"\n"):
        readable, _, _ = select.select([words], [], [], max(0.0, deadline - time.monotonic()))
        if not readable:
            raise SupervisorError(f"the supervisor did not answer for {_HANDSHAKE_SECONDS:.0f} seconds")
        piece = words.read(4096)
        if not piece:
            break
        line += piece
    return line


def _judge(first_word: bytes, attempt: AttemptPaths) -> None:
    try:
        answer = json.loads(first_word)
    except ValueError:
        raise SupervisorError(_last_words(attempt)) from None
    if not answer["isStarted"]:
        raise SupervisorError(answer["reason"], has_started_nothing=answer["hasStartedNothing"])


def _last_words(attempt: AttemptPaths) -> str:
    try:
        lines = attempt.supervisor_log.read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else "the supervisor ended at once and said nothing"
