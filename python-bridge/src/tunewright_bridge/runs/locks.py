"""Waits for a lock, and wakes its holder where a signal has halted it: a lock is only held for moments."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from logging import getLogger

_LOG = getLogger(__name__)

_SHORTEST_WAIT_SECONDS = 0.002
_LONGEST_WAIT_SECONDS = 0.02
# Far longer than a change takes on a slow disk; a holder that only works is never disturbed anyway.
_PATIENCE_SECONDS = 1.0


def wait_for_lock(descriptor: int) -> None:
    """Takes the lock of an open file against everybody else, however long that takes."""
    wait = _SHORTEST_WAIT_SECONDS
    patience_ends = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() >= patience_ends:
            patience_ends = time.monotonic() + _PATIENCE_SECONDS
            for pid in _halted_holders(descriptor):
                _LOG.warning("process %s was halted while it held a lock; it goes on", pid)
                with suppress(OSError):
                    os.kill(pid, signal.SIGCONT)
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT_SECONDS)


def _halted_holders(descriptor: int) -> Iterator[int]:
    """Who holds the lock and is stopped by a signal; nobody where the system does not tell."""
    place = os.fstat(descriptor)
    try:
        with open("/proc/locks") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        # `7: FLOCK  ADVISORY  WRITE 4711 fe:01:131073 0 EOF`; `->` marks those that wait.
        words = line.split()
        if len(words) < 6 or words[1] != "FLOCK" or words[5].rpartition(":")[2] != str(place.st_ino):
            continue
        pid = int(words[4])
        if _is_halted(pid) and _has_open(pid, place):
            yield pid


def _is_halted(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[:1] == [b"T"]
    except OSError:
        return False


def _has_open(pid: int, place: os.stat_result) -> bool:
    """The number of a file says nothing without its disk, which some file systems call by several names."""
    try:
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                found = os.stat(entry.path)
                if (found.st_dev, found.st_ino) == (place.st_dev, place.st_ino):
                    return True
    except OSError:
        return False
    return False
