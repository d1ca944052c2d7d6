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
from contextlib import suppress
from pathlib import Path
from typing import Any

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import AttemptCommand, Lease, RunCause, RunEvent, StateRecord
from tunewright_bridge.runs.causes import cause, cause_text
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord, TransitionError, now_ms
from tunewright_bridge.supervise.children import WakeUp, take_in_orphans
from tunewright_bridge.supervise.lease import LeaseHeldError, take_lease
from tunewright_bridge.supervise.processes import identity_of
from tunewright_bridge.supervise.programs import program_command
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.waiting import Waiting
from tunewright_bridge.supervise.watch import Watch

_RECORDER = "tunewright_bridge.supervise.recorder"
_LOG = logging.getLogger(__name__)


class NotStartedError(Exception):
    """The attempt cannot be started; the run has to say why."""

    def __init__(self, why: RunCause) -> None:
        super().__init__(cause_text(why))
        self.cause = why


class Handshake:
    """The one line to whoever started this, which is told once."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def works(self) -> None:
        """From now on the attempt is in good hands."""
        self._answer({"isStarted": True})

    def fails(self, reason: str, *, has_started_nothing: bool) -> None:
        """It is not."""
        self._answer({"isStarted": False, "reason": reason, "hasStartedNothing": has_started_nothing})

    def _answer(self, answer: dict[str, object]) -> None:
        if self._descriptor is None:
            return
        try:
            os.write(self._descriptor, (json.dumps(answer) + "\n").encode())
        except BrokenPipeError:
            _LOG.info("whoever started this did not wait for it")
        os.close(self._descriptor)
        self._descriptor = None


def main(arguments: dict[str, Any]) -> None:
    """Supervises the attempt that `arguments` name."""
    if os.fork() > 0:
        # The starter waits for this process and forgets it; the child belongs to nobody.
        os._exit(0)
    handshake = Handshake(_detach())
    paths = RunPaths(Path(arguments["run"]))
    attempt = paths.attempt(arguments["attempt"])
    is_adoption: bool = arguments["isAdoption"]
    take_in_orphans()
    wake_up = WakeUp(counted=[signal.SIGTERM], ignored=[signal.SIGINT, signal.SIGHUP])
    try:
        lease = take_lease(paths, attempt, identity_of(os.getpid()))
    except LeaseHeldError as error:
        # To adopt what has been adopted meanwhile is no failure.
        if is_adoption:
            handshake.works()
        else:
            handshake.fails(str(error), has_started_nothing=False)
        return
    except (BridgeError, OSError) as error:
        _LOG.exception("not started")
        handshake.fails(str(error), has_started_nothing=True)
        return
    supervision = Supervision(paths, attempt, lease, wake_up, Patience(**arguments["patience"]))
    try:
        supervision.run(handshake, is_adoption=is_adoption)
    except (TransitionError, BridgeError, OSError) as error:
        _LOG.exception("not supervised")
        supervision.give_up(str(error))
        handshake.fails(str(error), has_started_nothing=not attempt.recorder.exists())


def _detach() -> int:
    """Standard output becomes the log; returns the descriptor that it was."""
    handshake = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    return handshake


class Supervision:
    """One attempt in the hands of this process, which holds its lease."""

    def __init__(
        self, paths: RunPaths, attempt: AttemptPaths, lease: Lease, wake_up: WakeUp, patience: Patience
    ) -> None:
        self._paths = paths
        self._attempt = attempt
        self._lease = lease
        self._wake_up = wake_up
        self._patience = patience
        self._record = RunRecord(paths)

    def run(self, handshake: Handshake, *, is_adoption: bool) -> None:
        """Starts what is queued, or takes up what lives, and watches it to its end."""
        state = self._record.catch_up()
        if self._is_queued(state):
            self._run_from_start(handshake, is_adoption=is_adoption)
        elif is_adoption:
            watch = self._watch()
            self._take_up()
            watch.hold_console()
            handshake.works()
            watch.run()
        else:
            handshake.fails(f"the run is {state.state} already", has_started_nothing=True)

    def _run_from_start(self, handshake: Handshake, *, is_adoption: bool) -> None:
        try:
            if is_adoption:
                self._note_adoption()
            self._check_secrets()
            if not self._wait_for_turn(handshake):
                handshake.fails(f"the run is {self._record.state().state} already", has_started_nothing=True)
                return
            watch = self._watch()
            state = self._record.advance("starting", attempt=self._attempt.number, only_from=["queued"])
            if state.state != "starting" or state.attempt != self._attempt.number:
                handshake.fails(f"the run is {state.state} already", has_started_nothing=True)
                return
            is_begun = self._begin()
        except NotStartedError as error:
            self._record.settle("failed", attempt=self._attempt.number, cause=error.cause)
            handshake.fails(str(error), has_started_nothing=True)
            return
        watch.hold_console()
        if is_begun:
            handshake.works()
            watch.run()
        else:
            # The exit record says why; once the run says so too, whoever asked for it may know.
            watch.run()
            handshake.works()

    def give_up(self, reason: str) -> None:
        """What cannot be started is not queued for ever."""
        with suppress(BridgeError, OSError):
            why = cause("supervisor-not-started", reason=reason)
            self._record.advance("failed", attempt=self._attempt.number, only_from=["queued"], cause=why)

    def _is_queued(self, state: StateRecord) -> bool:
        return state.state == "queued" and state.attempt == self._attempt.number

    def _watch(self) -> Watch:
        return Watch(self._paths, self._attempt, self._lease, self._wake_up, self._patience)

    def _check_secrets(self) -> None:
        """Whoever starts a waiting attempt after its supervisor has died may not know what the first one knew."""
        names = read_record(AttemptCommand, self._attempt.command).secret_names
        missing = next((name for name in names if name not in os.environ), None)
        if missing is not None:
            raise NotStartedError(cause("secret-missing", name=missing))

    def _wait_for_turn(self, handshake: Handshake) -> bool:
        """Waits for what has to come first; whether the attempt is still to be started then."""
        waiting = Waiting(self._paths, self._attempt, self._lease, self._wake_up)
        seconds = waiting.backoff_seconds()
        if seconds > 0:
            handshake.works()
        return waiting.wait(seconds)

    def _begin(self) -> bool:
        """Starts the recorder; whether the command runs."""
        reader, writer = os.pipe()
        with open(reader, "rb") as ready:
            try:
                recorder = subprocess.Popen(
                    program_command(_RECORDER, {"attempt": str(self._attempt.directory)}),
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=writer,
                    start_new_session=True,
                )
            except OSError as error:
                raise NotStartedError(cause("supervisor-not-started", reason=error.strerror or str(error))) from error
            finally:
                os.close(writer)
            # Its end is collected with everybody else's, by the watch.
            recorder.returncode = 0
            return ready.read(1) == b"1"

    def _take_up(self) -> None:
        self._note_adoption()
        self._record.advance("running", attempt=self._attempt.number, only_from=["lost"], cause=cause("found-alive"))

    def _note_adoption(self) -> None:
        detail = f"generation {self._lease.generation}"
        self._record.note(RunEvent(at_ms=now_ms(), attempt=self._attempt.number, kind="adopted", detail=detail))
