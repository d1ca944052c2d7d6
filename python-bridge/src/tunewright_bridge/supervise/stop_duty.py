"""The supervisor's part in a stop: finds the request, waits for a checkpoint where it says so, and carries it out."""

import logging
import os
import signal
import time
from pathlib import Path

from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import StopRequest
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.reading import read_record_if_there
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.children import WakeUp
from tunewright_bridge.supervise.endings import stop_cause, waits_for_checkpoint
from tunewright_bridge.supervise.stop_requests import awaited_checkpoint
from tunewright_bridge.supervise.stopping import Patience, Stopping

_LOG = logging.getLogger(__name__)

_LOOK_FOR_CHECKPOINT_SECONDS = 0.5


class StopDuty:
    """Brings one attempt to its end when somebody asks for it, or when there is no use in going on."""

    def __init__(self, record: RunRecord, attempt: AttemptPaths, wake_up: WakeUp, patience: Patience) -> None:
        self._record = record
        self._attempt = attempt
        self._wake_up = wake_up
        self._patience = patience
        self._stopping: Stopping | None = None
        self._requests_seen = 0

    def begin(self, trainer: ProcessIdentity | None, why: str) -> None:
        """Ends everything of the attempt, whether or not anybody asked."""
        if self._stopping is None:
            _LOG.info("ending the attempt: %s", why)
            self._requests_seen = self._wake_up.counts[signal.SIGTERM]
            self._stopping = Stopping(self._attempt, trainer, self._patience, time.monotonic())

    def take_in_orphans(self) -> None:
        """From now on what has no parent but us belongs to what is ended."""
        if self._stopping is not None:
            self._stopping.root = os.getpid()

    def step(self, trainer: ProcessIdentity | None) -> float | None:
        """Does what is due. Seconds until the next step; None where nothing is."""
        if self._stopping is None:
            wanted = self._look_for_request(trainer)
            if self._stopping is None:
                return wanted
        requests = self._wake_up.counts[signal.SIGTERM]
        if requests > self._requests_seen:
            self._requests_seen = requests
            self._stopping.hurry(time.monotonic())
        return self._stopping.step(time.monotonic())

    def _look_for_request(self, trainer: ProcessIdentity | None) -> float | None:
        if trainer is None:
            # What is about to start can be ended once it is there.
            return None
        stop = read_record_if_there(StopRequest, self._attempt.stop)
        if stop is None:
            return None
        state = self._record.state()
        why = stop_cause(stop, state)
        if waits_for_checkpoint(stop) and state.state != "stopping":
            checkpoint = awaited_checkpoint(self._attempt, stop)
            if checkpoint is None:
                return _LOOK_FOR_CHECKPOINT_SECONDS
            why = cause("stopped-at-checkpoint", by=stop.by, checkpoint=Path(checkpoint.path).name)
        self._record.advance("stopping", attempt=self._attempt.number, only_from=["starting", "running"], cause=why)
        self.begin(trainer, why.code)
        return None
