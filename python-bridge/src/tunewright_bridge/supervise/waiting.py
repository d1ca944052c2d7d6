"""An attempt that waits before it starts: its supervisor is there, and nothing of its command is."""

import time

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import AttemptCommand, Lease
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord, now_ms
from tunewright_bridge.supervise.children import WakeUp
from tunewright_bridge.supervise.lease import is_superseded

# Whoever stops a waiting run wakes its supervisor; this is for a directory that was deleted, or taken over.
_LOOK_SECONDS = 2.0


class Waiting:
    """One attempt in state `queued` under its supervisor."""

    def __init__(self, paths: RunPaths, attempt: AttemptPaths, lease: Lease, wake_up: WakeUp) -> None:
        self._record = RunRecord(paths)
        self._attempt = attempt
        self._lease = lease
        self._wake_up = wake_up

    def is_over(self) -> bool:
        """Whether the attempt is not to be started any more: it was stopped or deleted, or is somebody else's."""
        try:
            state = self._record.state()
        except BridgeError:
            return True
        is_queued = state.state == "queued" and state.attempt == self._attempt.number
        return not is_queued or is_superseded(self._lease, self._attempt)

    def backoff_seconds(self) -> float:
        """How much of a retry's back-off is left, by the time since it was queued."""
        wanted = read_record(AttemptCommand, self._attempt.command).start_after_seconds or 0.0
        passed = (now_ms() - self._record.state().since_ms) / 1000
        # A clock that was set must neither skip the wait nor make it longer.
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
