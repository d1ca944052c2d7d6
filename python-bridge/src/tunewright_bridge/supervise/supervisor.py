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
from collections.abc import Mapping
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import AttemptCommand, Lease, QueueWait, RunCause, RunEvent, RunIntent, StateRecord
from tunewright_bridge.runs.causes import cause, cause_text
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record, terms_of
from tunewright_bridge.runs.record import RunRecord, TransitionError, now_ms
from tunewright_bridge.supervise.children import WakeUp, take_in_orphans
from tunewright_bridge.supervise.lease import LeaseHeldError, take_lease
from tunewright_bridge.supervise.processes import identity_of
from tunewright_bridge.supervise.programs import program_command
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.tree import carriers, signal_all
from tunewright_bridge.supervise.waiting import NeverStartsError, Waiting
from tunewright_bridge.supervise.watch import Watch

if TYPE_CHECKING:
    from tunewright_bridge.supervise.queueing.attempt import QueuedAttempt

# A full disk may have room again soon.
_STORAGE_PAUSE_SECONDS = 5.0
# A recorder says within milliseconds whether the command has begun, unless a signal has halted it or the command.
_BIRTH_PATIENCE_SECONDS = 5.0
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
        self._queued: QueuedAttempt | None = None

    def run(self, handshake: Handshake, *, is_adoption: bool) -> None:
        """Starts what is queued, or takes up what lives, and watches it to its end."""
        self._queued = _queued_attempt(self._paths, self._attempt)
        try:
            self._run(handshake, is_adoption=is_adoption)
        finally:
            if self._queued is not None:
                self._queued.leave()

    def _run(self, handshake: Handshake, *, is_adoption: bool) -> None:
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
            command = read_record(AttemptCommand, self._attempt.command)
            _check_secrets(command)
            turn = self._take_turn(handshake, command, is_adoption=is_adoption)
            if turn is None:
                handshake.fails(f"the run is {self._record.state().state} already", has_started_nothing=True)
                return
            watch, granted = turn
            is_begun = self._begin(granted)
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

    def _take_turn(
        self, handshake: Handshake, command: AttemptCommand, *, is_adoption: bool
    ) -> tuple[Watch, dict[str, str]] | None:
        """Waits for what has to come first, and takes the run to `starting`: its watch, and what tells its devices.

        None where the attempt is not to be started any more.
        """
        waiting = Waiting(self._paths, self._attempt, self._lease, self._wake_up)
        seconds = waiting.backoff_seconds()
        if self._queued is not None:
            self._enter(self._queued, command, is_new=not is_adoption, is_due=seconds <= 0)
        if self._queued is not None or seconds > 0:
            handshake.works()
        while waiting.wait(seconds):
            granted = self._wait_in_queue(command, waiting)
            if granted is None:
                return None
            watch = self._watch()
            try:
                state = self._record.advance("starting", attempt=self._attempt.number, only_from=["queued"])
            except OSError as error:
                if self._queued is None:
                    raise
                _LOG.exception("the start could not be stored")
                self._queued.give_back(error)
                seconds = _STORAGE_PAUSE_SECONDS
                continue
            is_started = state.state == "starting" and state.attempt == self._attempt.number
            return (watch, granted) if is_started else None
        return None

    def _enter(self, queued: "QueuedAttempt", command: AttemptCommand, *, is_new: bool, is_due: bool) -> None:
        is_retry = command.start_after_seconds is not None
        waits_for = None if is_due else QueueWait(code="retry", values={})
        try:
            queued.enter(command, is_new=is_new and not is_retry, waits_for=waits_for)
        except (NeverStartsError, OSError) as error:
            raise NotStartedError(cause("supervisor-not-started", reason=str(error))) from error

    def _wait_in_queue(self, command: AttemptCommand, waiting: Waiting) -> dict[str, str] | None:
        if self._queued is None:
            return {}
        self._queued.say(None)
        try:
            return self._queued.wait(command, self._wake_up, waiting.is_over)
        except NeverStartsError as error:
            raise NotStartedError(cause("supervisor-not-started", reason=str(error))) from error

    def _begin(self, granted: Mapping[str, str]) -> bool:
        """Starts the recorder; whether the command runs. `granted` tells it, and all below it, of its devices."""
        reader, writer = os.pipe()
        with open(reader, "rb") as ready:
            try:
                recorder = subprocess.Popen(
                    program_command(_RECORDER, {"attempt": str(self._attempt.directory)}),
                    cwd="/",
                    env={**os.environ, **granted},
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
            return self._has_begun(ready)

    def _has_begun(self, ready: BufferedReader) -> bool:
        """Whether the command runs. One that is halted at its birth is left to the watch, which can also stop it."""
        while ready.fileno() not in self._wake_up.wait([ready.fileno()], _BIRTH_PATIENCE_SECONDS):
            if self._attempt.recorder.exists():
                return True
            halted = [entry for entry in carriers(self._attempt, besides=[os.getpid()]) if entry.is_paused]
            signal_all(halted, signal.SIGCONT)
        return ready.read(1) == b"1"

    def _take_up(self) -> None:
        self._note_adoption()
        self._record.advance("running", attempt=self._attempt.number, only_from=["lost"], cause=cause("found-alive"))

    def _note_adoption(self) -> None:
        detail = f"generation {self._lease.generation}"
        self._record.note(RunEvent(at_ms=now_ms(), attempt=self._attempt.number, kind="adopted", detail=detail))


def _check_secrets(command: AttemptCommand) -> None:
    """Whoever starts a waiting attempt after its supervisor has died may not know what the first one knew."""
    missing = next((name for name in command.secret_names if name not in os.environ), None)
    if missing is not None:
        raise NotStartedError(cause("secret-missing", name=missing))


def _queued_attempt(paths: RunPaths, attempt: AttemptPaths) -> "QueuedAttempt | None":
    """The attempt's place in a queue; None where it waits in none."""
    intent = read_record(RunIntent, paths.intent)
    queue = terms_of(intent, read_record(AttemptCommand, attempt.command)).queue
    if queue is None:
        return None
    from tunewright_bridge.supervise.queueing.attempt import QueuedAttempt

    return QueuedAttempt(paths, attempt, intent, queue, os.environ)
