"""Fingerprints of data files, by which a change is noticed; the time is bounded, however large a file is."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from tunewright_bridge.protocol.run import DatasetFingerprint

# Up to this size the whole file counts; of a larger one its size and as much of its beginning and end together.
WHOLE_BYTES = 16 * 1024 * 1024
_BLOCK_BYTES = 1024 * 1024
# Of a data set in more files than this, the first ones speak for all.
MOST_FILES = 64
# A disk of another host goes by that one's clock.
_CLOCKS_DIFFER_MS = 60_000


def fingerprints(
    files: Iterable[Path], *, known: Iterable[DatasetFingerprint] = (), known_at_ms: int = 0
) -> list[DatasetFingerprint]:
    """The fingerprint of each file that can be read.

    A file that has not changed since well before `known_at_ms`, when the `known` ones were taken, is not read again.
    """
    known_by_path = {each.path: each for each in known}
    found = []
    for path in list(files)[:MOST_FILES]:
        try:
            before = known_by_path.get(str(path))
            is_known = before is not None and _is_unchanged(path, before, known_at_ms)
            found.append(before if before is not None and is_known else fingerprint(path))
        except OSError:
            continue
    return found


def _is_unchanged(path: Path, known: DatasetFingerprint, known_at_ms: int) -> bool:
    status = os.stat(path)
    # Unlike the time of modification, nobody sets this one.
    changed_at_ms = status.st_ctime_ns / 1_000_000
    return status.st_size == known.size_bytes and changed_at_ms < known_at_ms - _CLOCKS_DIFFER_MS


def fingerprint(path: Path) -> DatasetFingerprint:
    """The fingerprint of one file. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        # Not the file's own end: one that is written to is taken as it was when it was opened.
        ranges = [(0, size)] if size <= WHOLE_BYTES else [(0, WHOLE_BYTES // 2), (size - WHOLE_BYTES // 2, size)]
        for begin, end in ranges:
            file.seek(begin)
            left = end - begin
            while left > 0 and (block := file.read(min(_BLOCK_BYTES, left))):
                digest.update(block)
                left -= len(block)
    return DatasetFingerprint(path=str(path), size_bytes=size, sha256=digest.hexdigest())
