"""Waits until it is a run's turn and enough devices are free, and takes them.

Asleep it looks at a few times of change every second; the processes on which it waits wake it when they end. Only the
first of a queue asks the devices, and only while no other run of a queue holds them.
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.queue import QueueEntry
from tunewright_bridge.protocol.run import QueueWait
from tunewright_bridge.supervise.children import WakeUp
from tunewright_bridge.supervise.processes import is_alive
from tunewright_bridge.supervise.queueing.entries import Entry
from tunewright_bridge.supervise.queueing.host import HostLook, with_marks
from tunewright_bridge.supervise.queueing.own_entry import OwnEntry
from tunewright_bridge.supervise.queueing.standing import Claim, Standings
from tunewright_bridge.supervise.queueing.sweeping import mark_left
from tunewright_bridge.supervise.queueing.turn import Denied, Granted, Host, Impossible, Outcome, ahead_of, allot

_LOG = logging.getLogger(__name__)

# Nearly always a process that ends wakes it sooner.
_TICK_SECONDS = 1.0
# For what no time of change tells: files that were changed within one tick of the file system's clock.
_LOOK_SECONDS = 10.0
# While it waits for a process whose end wakes nobody.
_ORPHAN_SECONDS = 2.0
# Devices that others use are asked often at first, and then less: each time costs the driver some work.
_SHORTEST_ASK_SECONDS = 1.0
_LONGEST_ASK_SECONDS = 5.0
# A bridge that looks at a run whose supervisor has died gets it a new one within this time, also when it has to do so
# for a whole queue after a restart; only then do others go first.
DESERTED_SECONDS = 10.0
# A driver that is being reset shows fewer devices for a while.
_IMPOSSIBLE_SECONDS = 60.0
# Processes that wake it; a queue on a host with more devices is woken by its entries all the same.
_MOST_WATCHED = 16


class Waiter:
    """Waits for one run that has entered its queue."""

    def __init__(self, own: OwnEntry, host_look: HostLook) -> None:
        self._own = own
        self._host_look = host_look
        self._standings = Standings()
        self._stamp: object = None
        self._deserted_since: dict[Path, float] = {}
        self._impossible_since: float | None = None
        self._watched: list[ProcessIdentity] = []
        self._ask_seconds = _SHORTEST_ASK_SECONDS
        self._look_again_at = 0.0
        self._complaint = ""

    def look(self) -> Granted | Impossible | None:
        """Takes the devices where it is the run's turn; None where it has to wait on.

        Where the disk refuses something the run waits on too, since nobody else could know then what it has.
        """
        self._watched = []
        self._look_again_at = time.monotonic() + _LOOK_SECONDS
        try:
            outcome = self._looked()
        except OSError as error:
            if str(error) != self._complaint:
                _LOG.warning("the queue cannot be used at present: %s", error)
            self._complaint = str(error)
            return None
        self._complaint = ""
        return outcome

    def sleep(self, wake_up: WakeUp, is_interrupted: Callable[[], bool]) -> None:
        """Until something has changed that may matter, or the sleep is interrupted."""
        with _descriptors_of(self._watched) as descriptors:
            if len(descriptors) < len(self._watched):
                # What is left of a run whose supervisor has died ends without telling anybody.
                self._look_again_in(_ORPHAN_SECONDS)
            while not is_interrupted():
                remaining = self._look_again_at - time.monotonic()
                if remaining <= 0 or wake_up.wait(descriptors, min(remaining, _TICK_SECONDS)):
                    return
                if self._own.reader.stamp() != self._stamp:
                    self._ask_seconds = _SHORTEST_ASK_SECONDS
                    return

    def _looked(self) -> Granted | Impossible | None:
        self._stamp = self._own.reader.stamp()
        claims = self._claims()
        mine = self._mine(claims)
        if mine is None:
            self._own.restore()
            self._look_again_in(0.0)
            return None
        self._own.remember(mine.record)
        ahead = self._ahead(mine, claims)
        if ahead:
            self._watch(ahead[:1])
            self._say(mine, None)
            return None
        self._note_left(claims)
        outcome = self._by_entries(mine, claims)
        has_asked = not isinstance(outcome, Denied)
        if has_asked:
            outcome = self._by_devices(mine, claims)
        if isinstance(outcome, Denied):
            self._note_denial(mine, claims, outcome, has_asked=has_asked)
            return None
        return self._lasting(outcome) if isinstance(outcome, Impossible) else outcome

    def _claims(self) -> list[Claim]:
        entries = self._own.reader.read()
        self._standings.forget_all_but(entries)
        return [self._standings.claim(entry) for entry in entries]

    def _mine(self, claims: list[Claim]) -> Entry | None:
        return next((claim.entry for claim in claims if claim.entry.path == self._own.path), None)

    def _ahead(self, mine: Entry, claims: list[Claim]) -> list[Claim]:
        ahead = ahead_of(mine, claims, self._passed_over(claims))
        for claim in ahead:
            if claim.standing == "deserted":
                self._look_again_in(self._deserted_since[claim.entry.path] + DESERTED_SECONDS - time.monotonic())
        return ahead

    def _passed_over(self, claims: list[Claim]) -> set[Path]:
        """Entries that nobody has waited for since long ago, as we have seen or others before us."""
        now = time.monotonic()
        deserted = [claim for claim in claims if claim.standing == "deserted"]
        self._deserted_since = {
            claim.entry.path: self._deserted_since.get(claim.entry.path, now - (DESERTED_SECONDS * claim.is_left))
            for claim in deserted
        }
        return {path for path, since in self._deserted_since.items() if now - since >= DESERTED_SECONDS}

    def _note_left(self, claims: list[Claim]) -> None:
        """Whoever comes later need not wait again for those that nobody has waited for."""
        passed_over = self._passed_over(claims)
        left = {claim.entry.path for claim in claims if claim.entry.path in passed_over and not claim.is_left}
        if left:
            mark_left(self._own.reader, self._standings, left)

    def _by_entries(self, mine: Entry, claims: list[Claim]) -> Outcome | None:
        """Where the entries alone say that devices are missing, the host need not be asked."""
        host = self._host_look.idle()
        return None if host is None else allot(mine, claims, host, self._passed_over(claims))

    def _by_devices(self, mine: Entry, claims: list[Claim]) -> Outcome:
        """The least work first: the drivers, then the processes, then the lock."""
        host = self._host_look.read()
        outcome = allot(mine, claims, host, self._passed_over(claims))
        if isinstance(outcome, Granted):
            host = with_marks(host, self._own.reader.folders.directory)
            outcome = allot(mine, claims, host, self._passed_over(claims))
        return self._take(host) if isinstance(outcome, Granted) else outcome

    def _take(self, host: Host) -> Outcome:
        """Stores which devices the run has before it has them; what others stored meanwhile counts."""
        outcome: Outcome = Denied(QueueWait(code="turn", values={}))

        def take(_: list[Entry], record: QueueEntry) -> QueueEntry | None:
            nonlocal outcome
            claims = self._claims()
            mine = self._mine(claims)
            if mine is None or self._ahead(mine, claims):
                return None
            outcome = allot(mine, claims, host, self._passed_over(claims))
            if not isinstance(outcome, Granted):
                return None
            return replace(record, device_ids=[device.id for device in outcome.devices], waits_for=None)

        self._own.change(take)
        return outcome

    def _note_denial(self, mine: Entry, claims: list[Claim], denied: Denied, *, has_asked: bool) -> None:
        self._watch([claim for claim in claims if claim.standing == "holds" or claim.entry.queue != mine.queue])
        if has_asked:
            # What only the devices can tell, nothing but asking again will.
            self._look_again_in(self._ask_seconds)
            self._ask_seconds = min(self._ask_seconds * 1.5, _LONGEST_ASK_SECONDS)
        self._say(mine, None if denied.reason.code == "turn" else denied.reason)

    def _lasting(self, impossible: Impossible) -> Impossible | None:
        now = time.monotonic()
        if self._impossible_since is None:
            self._impossible_since = now
        return impossible if now - self._impossible_since >= _IMPOSSIBLE_SECONDS else None

    def _say(self, mine: Entry, waits_for: QueueWait | None) -> None:
        if mine.record.waits_for != waits_for:
            self._own.say(waits_for)

    def _watch(self, claims: list[Claim]) -> None:
        supervisors = [claim.supervisor for claim in claims if claim.entry.path != self._own.path]
        self._watched = [supervisor for supervisor in supervisors if supervisor is not None][:_MOST_WATCHED]

    def _look_again_in(self, seconds: float) -> None:
        self._look_again_at = min(self._look_again_at, time.monotonic() + seconds)


@contextmanager
def _descriptors_of(identities: list[ProcessIdentity]) -> Iterator[list[int]]:
    """Each becomes readable when its process ends. None for those that have ended, and where the kernel has none."""
    descriptors: list[int] = []
    try:
        if sys.platform == "linux":
            for identity in identities:
                if is_alive(identity):
                    with suppress(OSError):
                        descriptors.append(os.pidfd_open(identity.pid))
        yield descriptors
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
