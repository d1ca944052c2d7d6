"""The entry of one run, as those change it that supervise the run."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tunewright_bridge.protocol.queue import QueueEntry
from tunewright_bridge.protocol.run import QueueWait
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import now_ms
from tunewright_bridge.supervise.queueing.devices import Wish
from tunewright_bridge.supervise.queueing.entries import Entry, EntryReader, remove_entry, write_entry
from tunewright_bridge.supervise.queueing.folders import QueueFolders
from tunewright_bridge.supervise.queueing.lock import queues_locked
from tunewright_bridge.supervise.queueing.order import rank_at_end, rank_at_front

# Whoever holds the lock writes one small file.
LOCK_SECONDS = 5.0

# The present entries, and what the run's own shall be; None to leave everything as it is.
Change = Callable[[list[Entry], QueueEntry], QueueEntry | None]


class OwnEntry:
    """One run's entry. Remembers it, so that one that is lost or torn is written anew with the same rank."""

    def __init__(self, folders: QueueFolders, queue: str, paths: RunPaths, name: str) -> None:
        self.queue = queue
        self.path = folders.entry(queue, paths.directory.parent, paths.run_id)
        self._folders = folders
        self._paths = paths
        self._name = name
        self.reader = EntryReader(folders)
        self._last: QueueEntry | None = None

    def enter(self, wish: Wish, *, keeps_place: bool, waits_for: QueueWait | None = None) -> None:
        """Makes the run one that waits. A rank that it has already stays its own.

        Without one it comes last, or, where it `keeps_place`, first: it had its turn before all that wait now. Raises
        OSError.
        """
        with queues_locked(self._folders.lock, seconds=LOCK_SECONDS):
            entries = self.reader.read()
            before = self._record_in(entries)
            if before is not None:
                rank, entered_at_ms = before.rank, before.entered_at_ms
                wish = _lasting_wish(wish, before)
            else:
                others = [entry for entry in entries if entry.queue == self.queue]
                rank = rank_at_front(others) if keeps_place else rank_at_end(entries)
                entered_at_ms = now_ms()
            self._write(
                QueueEntry(
                    format=1,
                    root=str(self._paths.directory.parent),
                    run_id=self._paths.run_id,
                    name=self._name,
                    rank=rank,
                    entered_at_ms=entered_at_ms,
                    devices_wanted=wish.count,
                    device_kind=wish.kind,
                    allowed_device_ids=None if wish.allowed_ids is None else list(wish.allowed_ids),
                    waits_for=waits_for,
                )
            )

    def change(self, change: Change) -> None:
        """Changes the entry by what all entries say at this moment. Raises OSError."""
        with queues_locked(self._folders.lock, seconds=LOCK_SECONDS):
            entries = self.reader.read()
            present = self._record_in(entries)
            changed = None if present is None else change(entries, present)
            if changed is not None:
                self._write(changed)

    def say(self, waits_for: QueueWait | None) -> None:
        """Tells why it waits. Raises OSError."""
        self.change(lambda _, record: None if record.waits_for == waits_for else replace(record, waits_for=waits_for))

    def give_back(self, waits_for: QueueWait) -> None:
        """Gives the devices back and waits on. Raises OSError."""
        self.change(lambda _, record: replace(record, device_ids=None, waits_for=waits_for))

    def remember(self, record: QueueEntry) -> None:
        """Takes in what others have made of it: a move gives it another rank."""
        self._last = record

    def restore(self) -> None:
        """Writes an entry anew that is gone. Raises OSError."""
        with queues_locked(self._folders.lock, seconds=LOCK_SECONDS):
            if self._last is not None and all(entry.path != self.path for entry in self.reader.read()):
                write_entry(self.path, self._last)

    def leave(self) -> None:
        """Takes the entry away. Raises OSError."""
        if self.path.exists():
            with queues_locked(self._folders.lock, seconds=LOCK_SECONDS):
                remove_entry(self.path)

    def _record_in(self, entries: Sequence[Entry]) -> QueueEntry | None:
        found = next((entry.record for entry in entries if entry.path == self.path), None)
        return self._last if found is None else found

    def _write(self, record: QueueEntry) -> None:
        write_entry(self.path, record)
        self._last = record


def _lasting_wish(wish: Wish, before: QueueEntry) -> Wish:
    """A run that waits for an accelerator is not started on the processor because a driver is away at the moment."""
    if wish.kind != "cpu" or wish.is_fixed or before.device_kind == "cpu":
        return wish
    allowed_ids = None if before.allowed_device_ids is None else tuple(before.allowed_device_ids)
    return Wish(before.device_kind, before.devices_wanted, allowed_ids)
