"""Pieces of a console log by byte offset, never cut inside a character."""

from pathlib import Path

from tunewright_bridge.protocol.bridge import LogChunk

LARGEST_CHUNK_BYTES = 4 * 1024 * 1024
# No character of UTF-8 is longer.
_LONGEST_CHARACTER_BYTES = 4


def read_chunk(path: Path, offset: int | None, max_bytes: int) -> LogChunk:
    """At most `max_bytes` from `offset`, or the end of the log where that is None. A missing log is empty.

    A character whose end is not written yet is left for the next piece.
    """
    max_bytes = min(max(_LONGEST_CHARACTER_BYTES, max_bytes), LARGEST_CHUNK_BYTES)
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            start = max(0, size - max_bytes) if offset is None else min(max(0, offset), size)
            file.seek(start)
            data = file.read(max_bytes)
    except FileNotFoundError:
        return LogChunk(text="", start_offset=0, end_offset=0, size_bytes=0)
    # Only where a piece begins in the middle of the log can it begin inside a character.
    skipped = _continuation_bytes(data) if offset is None and start > 0 else 0
    end = len(data) - _unfinished_bytes(data)
    return LogChunk(
        text=data[skipped:end].decode(errors="replace"),
        start_offset=start + skipped,
        end_offset=start + end,
        size_bytes=size,
    )


def _continuation_bytes(data: bytes) -> int:
    count = 0
    while count < min(len(data), _LONGEST_CHARACTER_BYTES - 1) and data[count] & 0xC0 == 0x80:
        count += 1
    return count


def _unfinished_bytes(data: bytes) -> int:
    """How many bytes at the end begin a character without ending it."""
    for count in range(1, min(len(data), _LONGEST_CHARACTER_BYTES - 1) + 1):
        byte = data[-count]
        if byte & 0xC0 == 0x80:
            continue
        length = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return count if length > count else 0
    return 0
