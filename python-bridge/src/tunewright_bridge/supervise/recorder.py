"""The recorder: runs the command of one attempt, stores what it prints and how it ends, and outlives its supervisor.

Kept small and to the standard library, since it has to live as long as the command does.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tunewright_bridge.runs.console import ConsoleWriter
from tunewright_bridge.runs.durable import read_json, write_json_atomically
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.redaction import Redactor
from tunewright_bridge.supervise.children import WakeUp, reap, reap_all_but, take_in_orphans
from tunewright_bridge.supervise.console import ConsolePump, open_pipe
from tunewright_bridge.supervise.exits import reserve_exit, write_exit
from tunewright_bridge.supervise.gate import GatedCommand
from tunewright_bridge.supervise.processes import descendants, identity_values
from tunewright_bridge.supervise.tree import (
    ATTEMPT_VARIABLE,
    CARRIER_VARIABLE,
    mark_of,
    marked,
    signal_all,
    still_alive,
)

# The beginning of a line waits this long for its end.
_LINE_PATIENCE_SECONDS = 0.5
# What outlives the command gets this long to finish by itself, and then as long to obey.
_LEFTOVER_PATIENCE_SECONDS = 3.0


def main(arguments: dict[str, Any]) -> None:
    """Runs the attempt in `arguments["attempt"]`. Writes one byte to standard output when the command has started."""
    attempt = AttemptPaths(Path(arguments["attempt"]))
    take_in_orphans()
    wake_up = WakeUp(counted=[], ignored=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    command = read_json(attempt.command)
    reserve_exit(attempt)
    reader, writer = open_pipe(attempt.console_pipe)
    secrets = [os.environ[name] for name in command["secretNames"] if name in os.environ]
    pump = ConsolePump(ConsoleWriter(attempt), reader, Redactor(secrets))
    try:
        trainer = _start(command, attempt, writer)
    except OSError as error:
        place = error.filename or command["arguments"][0]
        write_exit(attempt, error=f"{place}: {error.strerror or error}")
        return
    finally:
        os.close(writer)
    _announce()
    code = _carry(trainer, pump, wake_up)
    pump.move()
    # Stored before the kernel forgets it: where we are killed here, the supervisor still gets it.
    write_exit(attempt, code=code)
    reap()
    _end_leftovers(attempt, pump, wake_up)
    pump.close()
    attempt.console_pipe.unlink(missing_ok=True)


def _start(command: dict[str, Any], attempt: AttemptPaths, output: int) -> int:
    """Writes down which process the command is, and only then lets it begin. Raises OSError."""
    environment = {**os.environ, **command["environment"], ATTEMPT_VARIABLE: mark_of(attempt)}
    environment.pop(CARRIER_VARIABLE, None)
    gated = GatedCommand(
        command["arguments"],
        working_directory=command["workingDirectory"],
        environment=environment,
        output=output,
    )
    record = {
        "format": 1,
        "recorder": identity_values(os.getpid()),
        "trainer": identity_values(gated.pid),
        "startedAtMs": time.time_ns() // 1_000_000,
    }
    write_json_atomically(attempt.recorder, record)
    gated.open()
    return gated.pid


def _announce() -> None:
    # Without a supervisor the command goes on all the same.
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), b"1")
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())


def _carry(trainer: int, pump: ConsolePump, wake_up: WakeUp) -> int:
    """Moves output until the command has ended; its exit code, which the kernel keeps until it is stored."""
    while (code := reap_all_but(trainer)) is None:
        _move(pump, wake_up, seconds=None)
    return code


def _move(pump: ConsolePump, wake_up: WakeUp, *, seconds: float | None) -> None:
    descriptors = [] if pump.descriptor is None else [pump.descriptor]
    waiting = _LINE_PATIENCE_SECONDS if seconds is None and pump.has_begun_line else seconds
    if wake_up.wait(descriptors, waiting):
        pump.move()
    elif waiting is not None:
        pump.flush()


def _end_leftovers(attempt: AttemptPaths, pump: ConsolePump, wake_up: WakeUp) -> None:
    """Workers that outlive the command hold devices and ports: ends them, politely first."""
    for number in (None, signal.SIGTERM, signal.SIGKILL):
        leftovers = _leftovers(attempt)
        if not leftovers:
            return
        if number is not None:
            signal_all(leftovers, number)
        deadline = time.monotonic() + _LEFTOVER_PATIENCE_SECONDS
        while leftovers and time.monotonic() < deadline:
            _move(pump, wake_up, seconds=0.1)
            reap()
            leftovers = still_alive(leftovers)


def _leftovers(attempt: AttemptPaths) -> list[Any]:
    return [*descendants(os.getpid()), *marked(attempt)]
