"""The supervisor's watch over one attempt: keeps its state true, stops it when asked, ends when nothing of it lives."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tunewright_bridge.devices import HostReader
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import AttemptCommand, ExitRecord, Lease, RecorderRecord, RunIntent, StopRequest
from tunewright_bridge.protocol.task import TRAINING_TASKS
from tunewright_bridge.runs.console import ConsoleWriter
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record, read_record_if_there
from tunewright_bridge.runs.record import RunRecord, TransitionError, now_ms
from tunewright_bridge.runs.redaction import Redactor
from tunewright_bridge.supervise.children import WakeUp, reap
from tunewright_bridge.supervise.console import ConsolePump, reopen_pipe
from tunewright_bridge.supervise.endings import end_of
from tunewright_bridge.supervise.exits import write_exit
from tunewright_bridge.supervise.health import HealthMonitor
from tunewright_bridge.supervise.lease import read_lease
from tunewright_bridge.supervise.outputs import OutputRedaction
from tunewright_bridge.supervise.processes import environment_of, is_alive
from tunewright_bridge.supervise.samples import DeviceSampling
from tunewright_bridge.supervise.stopping import Patience, Stopping
from tunewright_bridge.supervise.tree import marked
from tunewright_bridge.supervise.truth import STARTING_GRACE_MS, console_tail

_LOG = logging.getLogger(__name__)

# A training task that has written no metric for so long is called running all the same.
_STARTING_SECONDS = 120.0
_LOOK_FOR_METRICS_SECONDS = 0.25
_LOOK_FOR_DIRECTORY_SECONDS = 1.0
_HOUSEKEEPING_SECONDS = 5.0
# Where the kernel has no process descriptors to wait for.
_POLL_SECONDS = 0.25
# A full disk may have room again soon; readers of the run do the rest.
_FINISH_TRIES = 5
_FINISH_PAUSE_SECONDS = 1.0


class Watch:
    """One attempt under supervision."""

    def __init__(
        self, paths: RunPaths, attempt: AttemptPaths, lease: Lease, wake_up: WakeUp, patience: Patience
    ) -> None:
        self._paths = paths
        self._attempt = attempt
        self._lease = lease
        self._wake_up = wake_up
        self._patience = patience
        self._record = RunRecord(paths)
        self._intent = read_record(RunIntent, paths.intent)
        self._command = read_record(AttemptCommand, attempt.command)
        self._carriers = read_record_if_there(RecorderRecord, attempt.recorder)
        self._redactor = Redactor(self._secrets())
        self._outputs = OutputRedaction(Path(self._command.output_directory), self._redactor)
        self._health = HealthMonitor(paths, attempt, self._intent, self._command)
        self._sampling = DeviceSampling(attempt.devices, HostReader().read, self._health.take_sample)
        self._exit_codes: dict[int, int] = {}
        self._held_pipe: int | None = None
        self._pump: ConsolePump | None = None
        self._stopping: Stopping | None = None
        self._requests_seen = 0
        self._root_place = _place_on_disk(paths.directory.parent)
        self._missing_since: float | None = None
        self._failures: dict[str, str] = {}
        self._is_starting = True
        self._next_housekeeping = 0.0

    def hold_console(self) -> None:
        """Opens the command's pipe without reading from it: what is in a pipe that nobody holds is lost."""
        self._held_pipe = reopen_pipe(self._attempt.console_pipe)

    def run(self) -> None:
        """Watches until nothing of the attempt lives, or somebody else supervises it."""
        self._sampling.start()
        while not self._is_over():
            waiting = [_HOUSEKEEPING_SECONDS]
            for step in (
                self._note_running,
                self._note_deletion,
                self._health.step,
                self._carry_out_stop,
                self._keep_house,
            ):
                wanted = self._try(step)
                if wanted is not None:
                    waiting.append(wanted)
            if not self._is_ours():
                _LOG.info("somebody else supervises now")
                return
            self._wait(min(waiting))
        self._finish()

    def _secrets(self) -> list[str]:
        """Values of the secrets: from our own environment, or, after an adoption, from the command's."""
        own = dict(os.environ)
        if self._carriers is not None and any(name not in own for name in self._command.secret_names):
            own = {**environment_of(self._carriers.trainer.pid), **own}
        return [own[name] for name in self._command.secret_names if name in own]

    def _try(self, step: Callable[[], float | None]) -> float | None:
        """A step that the disk or a broken file refuses is tried again on the next round."""
        try:
            wanted = step()
        except (OSError, BridgeError, TransitionError) as error:
            # Said once, and not at every round of a long run.
            if self._failures.get(step.__name__) != str(error):
                _LOG.exception("%s failed", step.__name__)
            self._failures[step.__name__] = str(error)
            return _POLL_SECONDS
        self._failures.pop(step.__name__, None)
        return wanted

    def _is_over(self) -> bool:
        self._exit_codes.update(reap())
        if self._carriers is None:
            self._carriers = read_record_if_there(RecorderRecord, self._attempt.recorder)
            if self._carriers is None:
                return self._has_never_begun()
        if is_alive(self._carriers.recorder):
            return False
        if is_alive(self._carriers.trainer):
            self._take_over()
            return False
        # Between the look at the trainer and now it may have become ours to collect.
        self._exit_codes.update(reap())
        self._try(self._record_exit)
        return self._has_no_leftovers()

    def _record_exit(self) -> None:
        """After a take-over the command is our child, and only we get its exit code."""
        if self._carriers is not None and self._carriers.trainer.pid in self._exit_codes:
            write_exit(self._attempt, code=self._exit_codes[self._carriers.trainer.pid])

    def _has_never_begun(self) -> bool:
        if self._attempt.exit.exists():
            return True
        is_late = now_ms() - self._lease.taken_at_ms > STARTING_GRACE_MS
        return is_late and self._has_no_leftovers()

    def _has_no_leftovers(self) -> bool:
        if not marked(self._attempt):
            return True
        if self._stopping is None:
            _LOG.info("ending what outlived the command")
            self._stopping = Stopping(self._attempt, self._trainer, self._patience, time.monotonic())
        return False

    @property
    def _trainer(self) -> ProcessIdentity | None:
        return None if self._carriers is None else self._carriers.trainer

    def _take_over(self) -> None:
        """The recorder was killed: its work is ours now."""
        if self._pump is None:
            _LOG.info("the recorder is gone; taking over")
        self._own_pump().move()

    def _own_pump(self) -> ConsolePump:
        if self._pump is None:
            self._pump = ConsolePump(ConsoleWriter(self._attempt), self._held_pipe, self._redactor)
        return self._pump

    def _note_running(self) -> float | None:
        if not self._is_starting:
            return None
        if self._has_begun_work():
            self._record.advance("running", attempt=self._attempt.number, only_from=["starting"])
            self._is_starting = False
            return None
        return _LOOK_FOR_METRICS_SECONDS

    def _has_begun_work(self) -> bool:
        if self._intent.task not in TRAINING_TASKS or self._carriers is None:
            return self._carriers is not None
        if (now_ms() - self._carriers.started_at_ms) / 1000 > _STARTING_SECONDS:
            return True
        files = engine_for_runs().metrics_files(Path(self._command.output_directory))
        return any(file.exists() for file in files)

    def _note_deletion(self) -> float | None:
        """A run whose directory was deleted can be found and stopped by nobody else, and would hold its devices on."""
        now = time.monotonic()
        if self._paths.intent.exists() or _place_on_disk(self._paths.directory.parent) != self._root_place:
            # Where the folder of runs is gone as well, or another one, a disk may be away, or the workspace renamed.
            self._missing_since = None
            return None
        if self._missing_since is None:
            self._missing_since = now
        if self._stopping is None and now - self._missing_since >= self._patience.missing_seconds:
            _LOG.warning("the run was deleted; ending what lives of it")
            self._stopping = Stopping(self._attempt, self._trainer, self._patience, now)
        return _LOOK_FOR_DIRECTORY_SECONDS

    def _carry_out_stop(self) -> float | None:
        if self._stopping is None and self._attempt.stop.exists() and self._carriers is not None:
            self._record.advance("stopping", attempt=self._attempt.number, only_from=["starting", "running"])
            self._stopping = Stopping(self._attempt, self._trainer, self._patience, time.monotonic())
            self._requests_seen = self._wake_up.counts[signal.SIGTERM]
        if self._stopping is None:
            return None
        requests = self._wake_up.counts[signal.SIGTERM]
        if requests > self._requests_seen:
            self._requests_seen = requests
            self._stopping.hurry(time.monotonic())
        return self._stopping.step(time.monotonic())

    def _keep_house(self) -> float | None:
        now = time.monotonic()
        if now >= self._next_housekeeping:
            # The engine dumps its arguments before it trains, and a secret should not stand in them for long.
            self._next_housekeeping = now + (_LOOK_FOR_METRICS_SECONDS if self._is_starting else _HOUSEKEEPING_SECONDS)
            self._outputs.run()
            if self._pump is not None:
                self._pump.flush()
        return self._next_housekeeping - now

    def _is_ours(self) -> bool:
        try:
            lease = read_lease(self._attempt)
        except BridgeError:
            return True
        return lease is None or lease.generation <= self._lease.generation

    def _wait(self, seconds: float) -> None:
        pipe = None if self._pump is None else self._pump.descriptor
        end = self._descriptor_of_end()
        if end is None:
            seconds = min(seconds, _POLL_SECONDS)
        try:
            self._wake_up.wait([descriptor for descriptor in (pipe, end) if descriptor is not None], seconds)
        finally:
            if end is not None:
                os.close(end)

    def _descriptor_of_end(self) -> int | None:
        """Becomes readable when the process on which all waits has ended; None where there is no such thing."""
        if self._carriers is None or sys.platform != "linux":
            return None
        for identity in (self._carriers.recorder, self._carriers.trainer):
            if is_alive(identity):
                try:
                    return os.pidfd_open(identity.pid)
                except OSError:
                    return None
        return None

    def _finish(self) -> None:
        self._sampling.end()
        self._try(self._close_console)
        self._try(self._outputs.run)
        self._try(self._health.close)
        for _ in range(_FINISH_TRIES):
            try:
                self._settle()
                return
            except (OSError, BridgeError):
                if self._missing_since is not None:
                    return
                _LOG.exception("the end of the run could not be stored")
                time.sleep(_FINISH_PAUSE_SECONDS)

    def _close_console(self) -> None:
        # A recorder that ended by itself has left nothing in the pipe.
        self._own_pump().close()
        self._attempt.console_pipe.unlink(missing_ok=True)

    def _settle(self) -> None:
        exit_record = read_record_if_there(ExitRecord, self._attempt.exit)
        stop = read_record_if_there(StopRequest, self._attempt.stop)
        state, reason = end_of(exit_record, stop, console_tail(self._attempt))
        self._record.settle(state, attempt=self._attempt.number, reason=reason)


def _place_on_disk(folder: Path) -> tuple[int, int] | None:
    """What stays when a folder gets another name, and differs for one that is made in its place."""
    try:
        status = folder.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
