"""Reads files that grow: whole lines by byte offset, in pieces of bounded size, whatever happens to the file."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# Also the longest line that is read: only the engine's closing line, which repeats the whole history, is longer.
PIECE_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines, without their ends, and the byte offset at which the first one starts."""

    lines: list[bytes]
    start_offset: int
    # The file was replaced or cut, so that what was read of it before no longer holds.
    is_restart: bool = False

    def offset_of(self, index: int) -> int:
        """Byte offset at which the line `index` starts."""
        return self.start_offset + sum(len(line) + 1 for line in self.lines[:index])


class LineFollower:
    """Whole lines of a file from where the last reading ended. The file need not exist yet."""

    def __init__(self, path: Path, offset: int = 0, end_offset: int | None = None) -> None:
        self.path = path
        self.offset = offset
        self._end_offset = end_offset
        self._identity: tuple[int, int] | None = None
        self._is_in_overlong_line = False

    def skip_to_end(self) -> None:
        """Passes over every whole line that the file has now."""
        try:
            with self.path.open("rb") as file:
                self._is_another(file)
                size = file.seek(0, os.SEEK_END)
                start = max(0, size - PIECE_BYTES)
                file.seek(start)
                end = file.read(size - start).rfind(b"\n") + 1
        except (FileNotFoundError, NotADirectoryError):
            return
        # Without a line end in reach, the file ends in a line longer than any line of metrics.
        self._is_in_overlong_line = end == 0 and start > 0
        self.offset = size if self._is_in_overlong_line else start + end

    def pieces(self) -> Iterator[Piece]:
        """What was added since the last call. A last line that has no end yet is left for the next call."""
        try:
            file = self.path.open("rb")
        except (FileNotFoundError, NotADirectoryError):
            return
        with file:
            if self._is_another(file):
                self.offset = 0
                self._is_in_overlong_line = False
                yield Piece([], 0, is_restart=True)
            while True:
                file.seek(self.offset)
                size = PIECE_BYTES
                if self._end_offset is not None:
                    size = max(0, min(size, self._end_offset - self.offset))
                block = file.read(size)
                if not block:
                    return
                before = self.offset
                piece = self._cut(block)
                if piece is not None:
                    yield piece
                elif self.offset == before:
                    return

    def _is_another(self, file: BinaryIO) -> bool:
        """Whether the file is not the one, or no longer the text, that was read before."""
        status = os.fstat(file.fileno())
        known, self._identity = self._identity, (status.st_dev, status.st_ino)
        if self.offset == 0:
            return False
        if status.st_size < self.offset or (known is not None and known != self._identity):
            return True
        if self._is_in_overlong_line:
            return False
        file.seek(self.offset - 1)
        return file.read(1) != b"\n"

    def _cut(self, block: bytes) -> Piece | None:
        """The whole lines of a block; moves the offset over everything that needs no second look."""
        if self._is_in_overlong_line:
            end = block.find(b"\n") + 1
            self._is_in_overlong_line = end == 0
            self.offset += end or len(block)
            return None
        end = block.rfind(b"\n") + 1
        if end == 0:
            if len(block) >= PIECE_BYTES:
                self._is_in_overlong_line = True
                self.offset += len(block)
            return None
        piece = Piece(block[: end - 1].split(b"\n"), self.offset)
        self.offset += end
        return piece
