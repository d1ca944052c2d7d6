"""The supervisor: owns one attempt from its start, or from its adoption, until nothing of it lives.

Runs detached, in a session of its own, and tells whoever started it one line: whether it works now. Everything else it
puts into the run directory; nobody has to listen to it.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import RunEvent
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.record import RunRecord, TransitionError, now_ms
from tunewright_bridge.supervise.children import WakeUp, take_in_orphans
from tunewright_bridge.supervise.lease import LeaseHeldError, take_lease
from tunewright_bridge.supervise.processes import identity_of
from tunewright_bridge.supervise.programs import program_command
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.watch import Watch

_RECORDER = "tunewright_bridge.supervise.recorder"


class NotStartedError(Exception):
    """The attempt is not for us to start; the message says why."""


def main(arguments: dict[str, Any]) -> None:
    """Supervises the attempt that `arguments` name."""
    if os.fork() > 0:
        # The starter waits for this process and forgets it; the child belongs to nobody.
        os._exit(0)
    handshake = _detach()
    paths = RunPaths(Path(arguments["run"]))
    attempt = paths.attempt(arguments["attempt"])
    take_in_orphans()
    wake_up = WakeUp(counted=[signal.SIGTERM], ignored=[signal.SIGINT, signal.SIGHUP])
    try:
        lease = take_lease(paths, attempt, identity_of(os.getpid()))
        watch = Watch(paths, attempt, lease, wake_up, Patience(**arguments["patience"]))
        if arguments["isAdoption"]:
            _begin_adoption(paths, attempt, lease.generation)
        elif not _begin(paths, attempt, lease.generation):
            # The exit record says why; once the run says so too, whoever asked for it may know.
            watch.run()
            _answer(handshake, {"isStarted": True})
            return
    except LeaseHeldError as error:
        # To adopt what has been adopted meanwhile is no failure.
        if arguments["isAdoption"]:
            _answer(handshake, {"isStarted": True})
        else:
            _answer(handshake, {"isStarted": False, "reason": str(error), "hasStartedNothing": False})
        return
    except (NotStartedError, TransitionError, BridgeError, OSError) as error:
        logging.exception("not started")
        _answer(handshake, {"isStarted": False, "reason": str(error), "hasStartedNothing": True})
        return
    watch.hold_console()
    _answer(handshake, {"isStarted": True})
    watch.run()


def _detach() -> int:
    """Standard output becomes the log; returns the descriptor that it was."""
    handshake = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    return handshake


def _answer(handshake: int, answer: dict[str, object]) -> None:
    try:
        os.write(handshake, (json.dumps(answer) + "\n").encode())
    except BrokenPipeError:
        logging.info("whoever started this did not wait for it")
    os.close(handshake)


def _begin(paths: RunPaths, attempt: AttemptPaths, generation: int) -> bool:
    """Starts the recorder; whether the command runs."""
    state = RunRecord(paths).advance("starting", attempt=attempt.number, only_from=["queued"])
    if state.state != "starting" or generation != 1:
        raise NotStartedError(f"the run is {state.state} already")
    reader, writer = os.pipe()
    with open(reader, "rb") as ready:
        try:
            recorder = subprocess.Popen(
                program_command(_RECORDER, {"attempt": str(attempt.directory)}),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=writer,
                start_new_session=True,
            )
        finally:
            os.close(writer)
        # Its end is collected with everybody else's, by the watch.
        recorder.returncode = 0
        return ready.read(1) == b"1"


def _begin_adoption(paths: RunPaths, attempt: AttemptPaths, generation: int) -> None:
    record = RunRecord(paths)
    detail = f"generation {generation}"
    record.note(RunEvent(at_ms=now_ms(), attempt=attempt.number, kind="adopted", detail=detail))
    record.advance("running", attempt=attempt.number, only_from=["lost"], reason="found alive")
