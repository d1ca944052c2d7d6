"""The console log of an attempt: one stream of bytes by offset, kept in several files so that it stays small.

`console.log` begins the stream and is never renamed. Where a file has become large, the next one goes on, named by the
offset at which it starts; of many, the first and the newest are kept. A byte keeps its offset for ever, and an offset
whose byte is gone stands for the next one that is kept.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tunewright_bridge.runs.layout import AttemptPaths, console_start

# 64 MiB in all, the first file's beginning of the run included.
SEGMENT_BYTES = 4 * 1024 * 1024
SEGMENTS_KEPT = 16
# A reader whose file was dropped under it looks again; each time the log has grown by whole files.
_READ_TRIES = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of the log; `end_offset` is where the next one starts, or where it ends itself."""

    path: Path
    start_offset: int
    end_offset: int


class ConsoleLog:
    """Reads the log of one attempt, while it grows and afterwards. Holds nothing open."""

    def __init__(self, attempt: AttemptPaths) -> None:
        self._attempt = attempt

    def exists(self) -> bool:
        """Whether anything was ever printed."""
        return bool(_starts(self._attempt))

    def size(self) -> int:
        """The offset behind the last byte: how much was printed, whether or not all of it is kept."""
        for _ in range(_READ_TRIES):
            with suppress(FileNotFoundError):
                return _end(_segments(self._attempt))
        # It grows faster than it can be measured, and reaches at least so far.
        return max(_starts(self._attempt), default=0)

    def read(self, offset: int | None, max_bytes: int) -> tuple[int, bytes]:
        """At most `max_bytes` and the offset of the first of them; of the end of the log where `offset` is None.

        They come without a gap: before one there are fewer. An offset behind the end gives the end and no bytes.
        """
        for _ in range(_READ_TRIES):
            with suppress(FileNotFoundError):
                return _read(_segments(self._attempt), offset, max_bytes)
        # Nothing yet, and not the beginning, which a reader would take for a log that was begun anew.
        return (self.size() if offset is None else offset), b""

    def pieces(self, max_bytes: int) -> Iterator[tuple[int, bytes]]:
        """Everything that is kept, in pieces, each with its offset."""
        start, data = self.read(0, max_bytes)
        while data:
            yield start, data
            start, data = self.read(start + len(data), max_bytes)


def _starts(attempt: AttemptPaths) -> list[int]:
    """Where the files of the log start, in order."""
    try:
        names = os.listdir(attempt.directory)
    except FileNotFoundError:
        return []
    return sorted(start for start in map(console_start, names) if start is not None)


def _segments(attempt: AttemptPaths) -> list[Segment]:
    """The files of the log but for those that are dropped meanwhile. Raises FileNotFoundError where the newest was."""
    segments = []
    for start, following in pairwise([*_starts(attempt), None]):
        if start is None:
            continue
        path = attempt.console_segment(start)
        try:
            end = start + path.stat().st_size
        except FileNotFoundError:
            if following is None:
                raise
            continue
        segments.append(Segment(path, start, end if following is None else min(end, following)))
    return segments


def _end(segments: list[Segment]) -> int:
    return segments[-1].end_offset if segments else 0


def _read(segments: list[Segment], offset: int | None, max_bytes: int) -> tuple[int, bytes]:
    end = _end(segments)
    wanted = max(0, end - max_bytes) if offset is None else min(max(0, offset), end)
    start = end
    data = b""
    for segment in segments:
        if segment.end_offset <= wanted:
            continue
        if not data:
            start = max(wanted, segment.start_offset)
        elif segment.start_offset != start + len(data):
            break
        position = start + len(data)
        with segment.path.open("rb") as file:
            file.seek(position - segment.start_offset)
            data += file.read(min(max_bytes - len(data), segment.end_offset - position))
        if len(data) >= max_bytes:
            break
    return start, data


class ConsoleWriter:
    """Adds to the log of one attempt. One at a time; whoever comes after a writer that was killed goes on behind it.

    Never fails: what the disk refuses is not stored, and the next bytes are tried again.
    """

    def __init__(
        self, attempt: AttemptPaths, *, segment_bytes: int = SEGMENT_BYTES, segments_kept: int = SEGMENTS_KEPT
    ) -> None:
        self._attempt = attempt
        self._segment_bytes = segment_bytes
        self._segments_kept = segments_kept
        self._descriptor: int | None = None
        self._start = 0
        self._size = 0
        self._ends_line = True

    def append(self, data: bytes) -> int:
        """Stores `data`; how many bytes of it, counted from the first, the disk has taken."""
        stored = 0
        try:
            descriptor = self._current()
            while stored < len(data):
                stored += os.write(descriptor, memoryview(data)[stored:])
        except OSError:
            # A file that is gone, or on a disk that is, is found again by its name.
            self.close()
        if stored:
            self._size += stored
            self._ends_line = data[stored - 1 : stored] == b"\n"
        return stored

    def close(self) -> None:
        """Lets go of the file; `append` opens it again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _current(self) -> int:
        """The file to write into. Raises OSError."""
        if self._descriptor is None:
            self._open_newest()
            return self._current()
        status = os.fstat(self._descriptor)
        if status.st_nlink == 0 or status.st_size < self._size:
            # Somebody removed or emptied it; what comes now must not get the offsets of what was there.
            return self._begin_segment()
        self._size = status.st_size
        if self._size >= self._segment_bytes and (self._ends_line or self._size >= 2 * self._segment_bytes):
            with suppress(OSError):
                return self._begin_segment()
        return self._descriptor

    def _open_newest(self) -> None:
        starts = _starts(self._attempt)
        self._start = starts[-1] if starts else 0
        self._descriptor = _open(self._attempt.console_segment(self._start))
        self._size = os.fstat(self._descriptor).st_size
        self._ends_line = self._size == 0 or os.pread(self._descriptor, 1, self._size - 1) == b"\n"

    def _begin_segment(self) -> int:
        start = self._start + self._size
        descriptor = _open(self._attempt.console_segment(start))
        self.close()
        self._descriptor, self._start, self._size = descriptor, start, os.fstat(descriptor).st_size
        self._drop_middle()
        return descriptor

    def _drop_middle(self) -> None:
        for start in _starts(self._attempt)[1 : 1 - self._segments_kept]:
            # What cannot be removed now can be when the next file begins.
            with suppress(OSError):
                self._attempt.console_segment(start).unlink()


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
