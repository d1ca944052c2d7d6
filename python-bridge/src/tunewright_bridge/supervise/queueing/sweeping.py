"""Keeps the queues tidy: entries of runs that are over, that nobody waits for, and what killed writers left."""

from collections.abc import Collection
from dataclasses import replace
from logging import getLogger
from pathlib import Path

from tunewright_bridge.protocol.run import QueueWait
from tunewright_bridge.supervise.queueing.entries import EntryReader, remove_entry, remove_torn, write_entry
from tunewright_bridge.supervise.queueing.lock import queues_locked
from tunewright_bridge.supervise.queueing.standing import Standings

_LOG = getLogger(__name__)

# It can wait until the next one looks.
_LOCK_SECONDS = 0.5


def sweep(reader: EntryReader, standings: Standings) -> bool:
    """Whether anything was there to be taken away. Where the disk refuses, somebody else will do it."""
    claims = [standings.claim(entry) for entry in reader.read()]
    if not reader.unreadable and all(claim.standing != "gone" for claim in claims):
        return False
    try:
        with queues_locked(reader.folders.lock, seconds=_LOCK_SECONDS):
            # Somebody may have gone on with one meanwhile.
            for entry in reader.read():
                if standings.claim(entry).standing == "gone":
                    remove_entry(entry.path)
            remove_torn(reader)
    except OSError as error:
        _LOG.debug("the queues could not be swept: %s", error)
        return False
    return True


def mark_left(reader: EntryReader, standings: Standings, paths: Collection[Path]) -> None:
    """Notes of entries that nobody has waited for them; whoever waits for one takes it back. Raises OSError."""
    with queues_locked(reader.folders.lock, seconds=_LOCK_SECONDS):
        for entry in reader.read():
            if entry.path in paths and standings.claim(entry).standing == "deserted":
                write_entry(entry.path, replace(entry.record, waits_for=QueueWait(code="nobody", values={})))
