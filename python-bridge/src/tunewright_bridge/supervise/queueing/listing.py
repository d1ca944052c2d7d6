"""The queues as people see them: who holds devices, who waits, in which order and why; and how one is moved."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from logging import getLogger
from pathlib import Path

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.queue import QueuedRun, QueueSummary
from tunewright_bridge.protocol.run import QueuePlace, QueueWait, RunSummary
from tunewright_bridge.runs.durable import storage_errors
from tunewright_bridge.supervise.queueing.entries import EntryReader, write_entry
from tunewright_bridge.supervise.queueing.folders import QueueFolders
from tunewright_bridge.supervise.queueing.lock import queues_locked
from tunewright_bridge.supervise.queueing.order import rank_at, spread_ranks
from tunewright_bridge.supervise.queueing.own_entry import LOCK_SECONDS
from tunewright_bridge.supervise.queueing.standing import Claim, Standings
from tunewright_bridge.supervise.queueing.sweeping import sweep

_LOG = getLogger(__name__)

# A run of this root and id.
RunKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Queue:
    """A queue at one moment."""

    name: str
    holding: list[Claim]
    # In the order in which they start.
    waiting: list[Claim]


class Queues:
    """The queues of this host, looked at again and again."""

    def __init__(self, folders: QueueFolders) -> None:
        self._folders = folders
        self._reader = EntryReader(folders)
        self._standings = Standings()
        self._places: dict[RunKey, QueuePlace] = {}
        self._places_stamp: object = None

    def folders(self) -> list[Path]:
        """Something changes in one of these when a place does."""
        return self._reader.watched_folders()

    def summaries(self) -> list[QueueSummary]:
        """Every queue with its runs: those that hold devices, then those that wait, in order."""
        sweep(self._reader, self._standings)
        return [
            QueueSummary(
                name=queue.name,
                entries=[
                    *(_shown(claim) for claim in queue.holding),
                    *(_shown(claim, ahead) for ahead, claim in enumerate(queue.waiting)),
                ],
            )
            for queue in self._queues()
        ]

    def places(self) -> dict[RunKey, QueuePlace]:
        """Where each run stands that waits. Costs next to nothing while no entry changes."""
        stamp = self._reader.stamp()
        if stamp != self._places_stamp:
            try:
                self._places = self._present_places()
            except OSError as error:
                _LOG.warning("the places in the queues cannot be read: %s", error)
            self._places_stamp = stamp
        return self._places

    def _present_places(self) -> dict[RunKey, QueuePlace]:
        return {
            run_key(Path(claim.entry.record.root), claim.entry.record.run_id): _place(queue, ahead)
            for queue in self._queues()
            for ahead, claim in enumerate(queue.waiting)
        }

    def deserted(self) -> list[Path]:
        """The directories of runs that nobody waits for, those that start sooner first."""
        claims = (claim for queue in self._queues() for claim in queue.waiting if claim.standing == "deserted")
        return [claim.entry.run_directory for claim in sorted(claims, key=lambda claim: claim.entry.order)]

    def move(self, root: Path, run_id: str, position: int) -> None:
        """Makes a waiting run the one at `position`, from 1, of those that wait in its queue.

        Raises BridgeError not-queued, disk-full, directory-not-writable.
        """
        with storage_errors(self._folders.directory), queues_locked(self._folders.lock, seconds=LOCK_SECONDS):
            found = self._waiting(root, run_id)
            if found is None:
                raise BridgeError("not-queued", run=run_id)
            queue, ahead = found
            entry = queue.waiting[ahead].entry
            others = [claim.entry for claim in queue.waiting if claim.entry is not entry]
            if min(max(position, 1), len(queue.waiting)) == ahead + 1:
                return
            rank = rank_at(position, others)
            if rank is None:
                self._spread()
                others = [each for each in self._reader.read() if each.path in {other.path for other in others}]
                rank = rank_at(position, others)
            if rank is not None:
                write_entry(entry.path, replace(entry.record, rank=rank))

    def _waiting(self, root: Path, run_id: str) -> tuple[_Queue, int] | None:
        key = run_key(root, run_id)
        for queue in self._queues():
            for ahead, claim in enumerate(queue.waiting):
                if run_key(Path(claim.entry.record.root), claim.entry.record.run_id) == key:
                    return queue, ahead
        return None

    def _spread(self) -> None:
        for entry, rank in spread_ranks(self._reader.read()):
            write_entry(entry.path, replace(entry.record, rank=rank))

    def _queues(self) -> list[_Queue]:
        entries = self._reader.read()
        self._standings.forget_all_but(entries)
        queues: dict[str, _Queue] = {}
        for claim in map(self._standings.claim, entries):
            queue = queues.setdefault(claim.entry.queue, _Queue(claim.entry.queue, [], []))
            if claim.is_waiting:
                queue.waiting.append(claim)
            elif claim.standing == "holds":
                queue.holding.append(claim)
        return [queue for _, queue in sorted(queues.items()) if queue.holding or queue.waiting]


def run_key(root: Path, run_id: str) -> RunKey:
    """One place may have several paths."""
    return os.path.realpath(root), run_id


def with_place(run: RunSummary, root: Path, places: Mapping[RunKey, QueuePlace]) -> RunSummary:
    """The run as it is shown, with its place where it waits."""
    place = places.get(run_key(root, run.id)) if run.state == "queued" and places else None
    return run if place == run.queue_place else replace(run, queue_place=place)


def _place(queue: _Queue, ahead: int) -> QueuePlace:
    claim = queue.waiting[ahead]
    reason = _reason(claim, ahead)
    return QueuePlace(
        queue=queue.name,
        position=ahead + 1,
        waiting=len(queue.waiting),
        devices_wanted=claim.entry.record.devices_wanted,
        # The place says it already.
        waits_for=None if reason.code == "turn" else reason,
    )


def _shown(claim: Claim, ahead: int | None = None) -> QueuedRun:
    record = claim.entry.record
    return QueuedRun(
        root=record.root,
        run_id=record.run_id,
        name=record.name,
        state=claim.state or "queued",
        devices_wanted=record.devices_wanted,
        device_ids=record.device_ids if ahead is None else None,
        waits_for=None if ahead is None else _reason(claim, ahead),
    )


def _reason(claim: Claim, ahead: int) -> QueueWait:
    if claim.standing == "deserted":
        return QueueWait(code="nobody", values={})
    # The first of a queue has not told the reason yet, or is about to start.
    return claim.entry.record.waits_for or QueueWait(code="turn", values={"ahead": str(ahead)})
