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


def fingerprints(files: Iterable[Path]) -> list[DatasetFingerprint]:
    """The fingerprint of each file that can be read."""
    found = []
    for path in list(files)[:MOST_FILES]:
        try:
            found.append(fingerprint(path))
        except OSError:
            continue
    return found


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
