"""What an entry is worth at present, by the files of its run and the processes of this host.

An entry says what a supervisor wrote into it; whether that supervisor, or anything of its run, lives is looked up.
"""

import os
import time
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path
from typing import Generic, Literal, TypeVar

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import AttemptCommand, Lease, RunState, StateRecord
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import is_live, unreadable
from tunewright_bridge.supervise.processes import continue_if_paused, is_alive, is_knowable
from tunewright_bridge.supervise.queueing.entries import Entry, Fingerprint
from tunewright_bridge.supervise.truth import look

_LOG = getLogger(__name__)

T = TypeVar("T")

# Its supervisor waits and is ready to start it.
#   deserted: it is queued, and nobody waits for it at this moment.
#   not-ready: its supervisor waits for something else first, and others may go before it.
#   holds: something of it lives, or is about to, on the devices that the entry names.
#   ended: nothing of it lives and it has no claim to anything, but its supervisor has not cleared up yet.
#   gone: the same, and nobody will clear up; or its run has begun anew in another queue, or in none.
Standing = Literal["waits", "deserted", "not-ready", "holds", "ended", "gone"]

# A folder of runs that is away for so long costs its runs their places.
_AWAY_SECONDS = 7 * 86_400.0
_UNREADY_CODES = ("retry", "storage")


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry and what it is worth."""

    entry: Entry
    standing: Standing
    # By the run's own files; None where they cannot be read.
    state: RunState | None
    supervisor: ProcessIdentity | None

    @property
    def is_waiting(self) -> bool:
        return self.standing in ("waits", "deserted", "not-ready")

    @property
    def is_left(self) -> bool:
        """Whether others have seen for long enough that nobody waits for it."""
        waits_for = self.entry.record.waits_for
        return self.standing == "deserted" and waits_for is not None and waits_for.code == "nobody"


class Standings:
    """Looks entries up again and again; files that have not changed are not read again."""

    def __init__(self) -> None:
        self._states = _Records(StateRecord)
        self._leases = _Records(Lease)
        self._commands = _Records(AttemptCommand)

    def claim(self, entry: Entry) -> Claim:
        """What the entry is worth now."""
        paths = RunPaths(entry.run_directory)
        try:
            state = self._states.read(paths.state)
            if state is None:
                return Claim(entry, _standing_of_missing(entry, paths), None, None)
            attempt = paths.attempt(state.attempt)
            lease = self._leases.read(attempt.lease)
            command = self._commands.read(attempt.command)
        except BridgeError as error:
            _LOG.debug("%s", error)
            # Where it holds devices the marks of its processes say so.
            return Claim(entry, "deserted", None, None)
        if command is not None and command.terms is not None and command.terms.queue != entry.queue:
            return Claim(entry, "gone", state.state, None)
        supervisor = None if lease is None else lease.supervisor
        return Claim(entry, _standing(entry, attempt, state.state, supervisor), state.state, supervisor)

    def forget_all_but(self, entries: list[Entry]) -> None:
        """Keeps memory bounded however many runs have passed."""
        directories = {entry.run_directory for entry in entries}
        self._states.keep_below(directories)
        self._leases.keep_below(directories)
        self._commands.keep_below(directories)


def _standing(entry: Entry, attempt: AttemptPaths, state: RunState, supervisor: ProcessIdentity | None) -> Standing:
    is_supervised = supervisor is not None and (is_alive(supervisor) or not is_knowable(supervisor))
    if state == "queued":
        if supervisor is None or not is_supervised:
            return "deserted"
        if entry.record.device_ids is not None:
            return "holds"
        if continue_if_paused(supervisor):
            _LOG.warning("the supervisor of %s was paused, and was told to go on", entry.record.run_id)
        waits_for = entry.record.waits_for
        return "not-ready" if waits_for is not None and waits_for.code in _UNREADY_CODES else "waits"
    if not is_live(state):
        return "ended" if is_supervised else "gone"
    if is_supervised:
        return "holds"
    situation = look(attempt)
    lives = situation.has_leftovers or not {"alive", "unknowable"}.isdisjoint((situation.recorder, situation.trainer))
    return "holds" if lives else "ended"


def _standing_of_missing(entry: Entry, paths: RunPaths) -> Standing:
    if paths.intent.exists():
        return "deserted"
    # Where the whole folder of runs is away, a disk may be, or somebody has given it another name.
    is_deleted = paths.directory.parent.is_dir() or _age_seconds(entry.path) > _AWAY_SECONDS
    return "gone" if is_deleted else "deserted"


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


class _Records(Generic[T]):
    """Records of one kind, by path."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._known: dict[Path, tuple[Fingerprint, T]] = {}

    def read(self, path: Path) -> T | None:
        """The record, or None where there is none. Raises BridgeError run-directory-unreadable."""
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise unreadable(path, error) from error
        fingerprint = status.st_mtime_ns, status.st_ino, status.st_size
        known = self._known.get(path)
        if known is not None and known[0] == fingerprint:
            return known[1]
        record = read_record(self._kind, path)
        self._known[path] = fingerprint, record
        return record

    def keep_below(self, directories: set[Path]) -> None:
        """Forgets what lies in none of `directories`."""
        self._known = {path: known for path, known in self._known.items() if not directories.isdisjoint(path.parents)}
