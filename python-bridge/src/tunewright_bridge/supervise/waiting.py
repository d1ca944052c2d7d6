"""An attempt that waits before it starts: its supervisor is there, and nothing of its command is."""

import time
from pathlib import Path

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import AttemptCommand, Lease
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord, now_ms
from tunewright_bridge.supervise.children import WakeUp
from tunewright_bridge.supervise.lease import is_superseded
from tunewright_bridge.supervise.programs import are_gone

# Whoever stops a waiting run wakes its supervisor; this is for a directory that was deleted, or taken over.
_LOOK_SECONDS = 2.0


class NeverStartsError(Exception):
    """The attempt would wait for ever; the message says why, and what to do."""


class Waiting:
    """One attempt in state `queued` under its supervisor."""

    def __init__(self, paths: RunPaths, attempt: AttemptPaths, lease: Lease, wake_up: WakeUp) -> None:
        self._record = RunRecord(paths)
        self._attempt = attempt
        self._lease = lease
        self._wake_up = wake_up
        self._stamps: list[tuple[int, int] | None] = []
        self._was_over = False

    def is_over(self) -> bool:
        """Whether the attempt is not for us to start any more: it was stopped or deleted, or is somebody else's.

        Where our own programs are gone, the run stays queued for a bridge that has them. May be asked often: what has
        not changed is not read again.
        """
        stamps = [_stamp(path) for path in (self._record.paths.state, self._attempt.lease)]
        if stamps != self._stamps:
            self._stamps = stamps
            self._was_over = not self._is_ours_to_start()
        return self._was_over or are_gone()

    def _is_ours_to_start(self) -> bool:
        try:
            state = self._record.state()
        except BridgeError:
            return False
        is_queued = state.state == "queued" and state.attempt == self._attempt.number
        return is_queued and not is_superseded(self._lease, self._attempt)

    def backoff_seconds(self) -> float:
        """How much of a retry's back-off is left, by the time since it was queued."""
        wanted = read_record(AttemptCommand, self._attempt.command).start_after_seconds or 0.0
        passed = (now_ms() - self._record.state().since_ms) / 1000
        # Only whoever takes over needs the wall clock. One that was set back does not make the wait longer.
        return wanted if passed < 0 else max(0.0, wanted - passed)

    def wait(self, seconds: float) -> bool:
        """Waits, and says whether the attempt is still to be started."""
        deadline = time.monotonic() + seconds
        while not self.is_over():
            left = deadline - time.monotonic()
            if left <= 0:
                return True
            self._wake_up.wait([], min(left, _LOOK_SECONDS))
        return False


def _stamp(path: Path) -> tuple[int, int] | None:
    """Another one when the file is replaced."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
