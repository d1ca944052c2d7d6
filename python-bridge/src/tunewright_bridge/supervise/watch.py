"""The supervisor's watch over one attempt: keeps its state true, stops it when asked, ends when nothing of it lives."""

import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tunewright_bridge.devices import HostReader
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import AttemptCommand, Lease, RecorderRecord, RunIntent, StopRequest
from tunewright_bridge.protocol.task import TRAINING_TASKS
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record, read_record_if_there
from tunewright_bridge.runs.record import LIVE_STATES, RunRecord, TransitionError
from tunewright_bridge.runs.redaction import Redactor
from tunewright_bridge.supervise.children import WakeUp, reap
from tunewright_bridge.supervise.concluding import conclude
from tunewright_bridge.supervise.deletion import DeletionWatch
from tunewright_bridge.supervise.endings import end_of
from tunewright_bridge.supervise.exits import read_exit, write_exit
from tunewright_bridge.supervise.health import HealthMonitor
from tunewright_bridge.supervise.lease import is_superseded
from tunewright_bridge.supervise.outputs import OutputRedaction
from tunewright_bridge.supervise.processes import continue_if_paused, descendants, environment_of, is_alive
from tunewright_bridge.supervise.samples import DeviceSampling
from tunewright_bridge.supervise.stop_duty import StopDuty
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.taken_console import TakenConsole
from tunewright_bridge.supervise.tree import carriers, marked
from tunewright_bridge.supervise.truth import console_tail

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
        redactor = Redactor(self._secrets())
        self._outputs = OutputRedaction(Path(self._command.output_directory), redactor)
        self._console = TakenConsole(attempt, redactor)
        self._health = HealthMonitor(paths, attempt, self._intent, self._command)
        self._sampling = DeviceSampling(attempt.devices, HostReader().read, self._health.take_sample)
        self._deletion = DeletionWatch(paths, patience_seconds=patience.missing_seconds)
        self._stop = StopDuty(self._record, attempt, wake_up, patience)
        self._exit_codes: dict[int, int] = {}
        self._failures: dict[str, str] = {}
        self._is_starting = True
        self._began = time.monotonic()
        self._next_housekeeping = 0.0

    def hold_console(self) -> None:
        """From now on nothing that the command prints is lost with the recorder."""
        self._console.hold()

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
            if is_superseded(self._lease, self._attempt):
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
        if self._carriers is None and not self._find_carriers():
            return self._has_never_begun()
        if self._carriers is None:
            return False
        if is_alive(self._carriers.recorder):
            if continue_if_paused(self._carriers.recorder):
                _LOG.warning("the recorder had been stopped by a signal; it goes on")
            return False
        if is_alive(self._carriers.trainer):
            self._console.move()
            return False
        # Between the look at the trainer and now it may have become ours to collect.
        self._exit_codes.update(reap())
        self._try(self._record_exit)
        return self._has_no_leftovers()

    def _find_carriers(self) -> bool:
        self._carriers = read_record_if_there(RecorderRecord, self._attempt.recorder)
        return self._carriers is not None

    def _has_never_begun(self) -> bool:
        """The recorder says who it is before the command begins; one that is gone without a word has begun nothing."""
        if carriers(self._attempt, besides=[os.getpid()]) or self._find_carriers():
            return False
        return self._attempt.exit.exists() or self._has_no_leftovers()

    def _record_exit(self) -> None:
        """After a take-over the command is our child, and only we get its exit code."""
        if self._carriers is not None and self._carriers.trainer.pid in self._exit_codes:
            write_exit(self._attempt, code=self._exit_codes[self._carriers.trainer.pid])

    def _has_no_leftovers(self) -> bool:
        # Without a recorder, whoever has lost its parent below us is our child.
        if not marked(self._attempt) and not descendants(os.getpid()):
            return True
        self._stop.begin(self._trainer, "something of it outlived the command")
        self._stop.take_in_orphans()
        return False

    @property
    def _trainer(self) -> ProcessIdentity | None:
        return None if self._carriers is None else self._carriers.trainer

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
        if time.monotonic() - self._began > _STARTING_SECONDS:
            return True
        files = engine_for_runs().metrics_files(Path(self._command.output_directory))
        return any(file.exists() for file in files)

    def _note_deletion(self) -> float | None:
        """A run whose directory was deleted can be found and stopped by nobody else, and would hold its devices on."""
        if self._deletion.is_deleted(time.monotonic()):
            self._stop.begin(self._trainer, "the run was deleted")
        return _LOOK_FOR_DIRECTORY_SECONDS if self._deletion.is_missing else None

    def _carry_out_stop(self) -> float | None:
        return self._stop.step(self._trainer)

    def _keep_house(self) -> float | None:
        now = time.monotonic()
        if now >= self._next_housekeeping:
            # The engine dumps its arguments before it trains, and a secret should not stand in them for long.
            self._next_housekeeping = now + (_LOOK_FOR_METRICS_SECONDS if self._is_starting else _HOUSEKEEPING_SECONDS)
            self._outputs.run()
            self._console.flush()
        return self._next_housekeeping - now

    def _wait(self, seconds: float) -> None:
        with ExitStack() as opened:
            ends = self._descriptors_of_ends(opened)
            if not ends:
                seconds = min(seconds, _POLL_SECONDS)
            pipe = self._console.descriptor
            self._wake_up.wait([*ends, *([] if pipe is None else [pipe])], seconds)

    def _descriptors_of_ends(self, opened: ExitStack) -> list[int]:
        """They become readable when recorder or trainer ends; empty where there is no such thing."""
        if self._carriers is None or sys.platform != "linux":
            return []
        descriptors: list[int] = []
        for identity in (self._carriers.recorder, self._carriers.trainer):
            if is_alive(identity):
                try:
                    descriptors.append(os.pidfd_open(identity.pid))
                except OSError:
                    return []
                opened.callback(os.close, descriptors[-1])
        return descriptors

    def _finish(self) -> None:
        self._sampling.end()
        self._try(self._close_console)
        self._try(self._outputs.run)
        self._try(self._health.close)
        for _ in range(_FINISH_TRIES):
            try:
                self._conclude()
                return
            except (OSError, BridgeError):
                if self._deletion.is_missing:
                    return
                _LOG.exception("the end of the run could not be stored")
                time.sleep(_FINISH_PAUSE_SECONDS)

    def _close_console(self) -> None:
        self._console.close()

    def _conclude(self) -> None:
        end = end_of(
            read_exit(self._attempt),
            read_record_if_there(StopRequest, self._attempt.stop),
            self._record.state(),
            console_tail(self._attempt),
            has_begun=self._carriers is not None,
        )
        conclude(
            self._paths,
            self._attempt,
            end,
            only_from=LIVE_STATES,
            environment=os.environ,
            patience=self._patience,
        )
