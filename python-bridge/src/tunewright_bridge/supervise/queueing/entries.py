"""The entries of all queues, as they stand on the disk, and how one is written."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from logging import getLogger
from math import isfinite
from pathlib import Path

from tunewright_bridge.protocol.decode import decode, encode
from tunewright_bridge.protocol.queue import QueueEntry
from tunewright_bridge.runs.durable import read_json, write_json_atomically
from tunewright_bridge.supervise.queueing.folders import ENTRY_SUFFIX, QueueFolders, name_in

_LOG = getLogger(__name__)

Fingerprint = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One run's place in a queue."""

    queue: str
    path: Path
    record: QueueEntry

    @property
    def order(self) -> tuple[float, int, str]:
        """By which entries start; two ranks are only the same after somebody wrote into the files."""
        return self.record.rank, self.record.entered_at_ms, self.record.run_id

    @property
    def run_directory(self) -> Path:
        return Path(self.record.root) / self.record.run_id


class EntryReader:
    """Reads all entries again and again; what has not changed is not read again."""

    def __init__(self, folders: QueueFolders) -> None:
        self.folders = folders
        self._queues: list[Path] = []
        self._known: dict[Path, tuple[Fingerprint, Entry | None]] = {}

    def read(self) -> list[Entry]:
        """Every entry that can be read, in order. The others are logged, once."""
        known_before, self._known = self._known, {}
        for queue, path, fingerprint in self._files():
            before = known_before.get(path)
            if before is not None and before[0] == fingerprint:
                self._known[path] = before
            else:
                self._known[path] = fingerprint, _read_entry(queue, path)
        return sorted((entry for _, entry in self._known.values() if entry is not None), key=lambda entry: entry.order)

    @property
    def unreadable(self) -> list[Path]:
        """Files that are no entries, as of the last reading."""
        return [path for path, (_, entry) in self._known.items() if entry is None]

    def watched_folders(self) -> list[Path]:
        """Something changes in one of these when an entry does; those of the last reading."""
        return [self.folders.directory, *self._queues]

    def stamp(self) -> tuple[tuple[str, int], ...]:
        """Changes soon after any entry does. Costs a look at each folder."""
        stamps = []
        for folder in self.watched_folders():
            try:
                stamps.append((folder.name, os.stat(folder).st_mtime_ns))
            except OSError:
                stamps.append((folder.name, 0))
        return tuple(stamps)

    def _files(self) -> Iterator[tuple[str, Path, Fingerprint]]:
        self._queues = _folders_in(self.folders.directory)
        for folder in self._queues:
            for file in _files_in(folder):
                try:
                    status = os.stat(file)
                except FileNotFoundError:
                    continue
                yield name_in(folder.name), file, (status.st_mtime_ns, status.st_ino, status.st_size)


def write_entry(path: Path, record: QueueEntry) -> None:
    """Stores an entry durably; the queues' lock is held. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json_atomically(path, encode(record))


def remove_entry(path: Path) -> None:
    """Takes an entry away, and its queue with the last one; the queues' lock is held."""
    path.unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()


def remove_torn(reader: EntryReader) -> None:
    """Takes away what holds no entry: files of writers that were killed, and torn ones. The queues' lock is held.

    A run that waits writes its entry anew; where one holds devices, the marks of its processes say so.
    """
    for path in reader.unreadable:
        if _is_torn(path):
            remove_entry(path)
    for folder in _folders_in(reader.folders.directory):
        for path in folder.glob(".*.tmp"):
            path.unlink(missing_ok=True)


def _is_torn(path: Path) -> bool:
    try:
        _decoded(path)
    except OSError:
        return False
    except ValueError:
        return True
    return False


def _folders_in(directory: Path) -> list[Path]:
    try:
        return sorted(Path(found.path) for found in os.scandir(directory) if found.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _files_in(folder: Path) -> list[Path]:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return [folder / name for name in sorted(names) if name.endswith(ENTRY_SUFFIX) and not name.startswith(".")]


def _read_entry(queue: str, path: Path) -> Entry | None:
    try:
        return Entry(queue, path, _decoded(path))
    except (OSError, ValueError) as error:
        _LOG.warning("the queue entry %s is left out: %s", path, error)
        return None


def _decoded(path: Path) -> QueueEntry:
    record = decode(QueueEntry, read_json(path))
    if not isfinite(record.rank):
        raise ValueError("its rank is no number")
    return record
