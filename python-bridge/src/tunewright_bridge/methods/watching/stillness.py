"""Whether a running run is what it was at the last look, told without reading its files again.

Whatever changes in a run directory is renamed into one of its two folders or appended to its events, and whatever ends
or halts without a word is one of three processes. Only where one of these has moved is there anything to read or to
repair.
"""

import os
import time
from dataclasses import dataclass

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import RecorderRecord, RunSummary
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.supervise.lease import read_lease
from tunewright_bridge.supervise.processes import is_alive, is_at_work

# File systems count time in steps: a folder may change twice in one of them and show it once.
_YOUNGEST_NS = 1_000_000_000

_Stamps = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Known:
    places: tuple[str, ...]
    stamps: _Stamps
    supervisor: ProcessIdentity
    # Recorder and trainer. Whether they go on is the supervisor's business, as long as it goes on itself.
    others: tuple[ProcessIdentity, ...]
    summary: RunSummary

    @property
    def is_carried(self) -> bool:
        """Whether there is nobody to replace or to wake."""
        return is_at_work(self.supervisor) and all(map(is_alive, self.others))


class Stillness:
    """What the last look found of each running run."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def summary(self, run_id: str) -> RunSummary | None:
        """The run as it was last found, where it is still the same; None where it has to be read."""
        known = self._known.get(run_id)
        if known is None:
            return None
        if _stamps(known.places) == known.stamps and known.is_carried:
            return known.summary
        del self._known[run_id]
        return None

    def stamps_of(self, paths: RunPaths, attempt: int) -> _Stamps | None:
        """To be taken before the run is read, and handed to `remember` after."""
        return _stamps(_places(paths, attempt))

    def remember(self, paths: RunPaths, summary: RunSummary, stamps: _Stamps | None) -> None:
        """Takes a look at a run in: only one that runs, undisturbed for a moment, can be told to be still."""
        if summary.state != "running" or stamps is None:
            return
        now = time.time_ns()
        # A clock that was set back makes a run look young for a while, and that only costs a look.
        if any(now - modified < _YOUNGEST_NS for modified, _, _ in stamps):
            return
        try:
            attempt = paths.attempt(summary.attempt)
            lease = read_lease(attempt)
            record = read_record(RecorderRecord, attempt.recorder)
        except BridgeError:
            return
        if lease is not None:
            places = _places(paths, summary.attempt)
            others = (record.recorder, record.trainer)
            self._known[summary.id] = _Known(places, stamps, lease.supervisor, others, summary)

    def keep_only(self, run_ids: set[str]) -> None:
        """Forgets every other run."""
        for run_id in self._known.keys() - run_ids:
            del self._known[run_id]


def _places(paths: RunPaths, attempt: int) -> tuple[str, ...]:
    return str(paths.directory), str(paths.attempt(attempt).directory), str(paths.events)


def _stamps(places: tuple[str, ...]) -> _Stamps | None:
    try:
        found = [os.stat(place) for place in places]
    except OSError:
        return None
    return tuple((status.st_mtime_ns, status.st_ino, status.st_size) for status in found)
