"""Pieces of a console log by byte offset, never cut inside a character."""

from tunewright_bridge.protocol.bridge import LogChunk
from tunewright_bridge.runs.console import ConsoleLog

LARGEST_CHUNK_BYTES = 4 * 1024 * 1024
# No character of UTF-8 is longer.
_LONGEST_CHARACTER_BYTES = 4


def read_chunk(log: ConsoleLog, offset: int | None, max_bytes: int) -> LogChunk:
    """At most `max_bytes` from `offset`, or the end of the log where that is None. A missing log is empty.

    A character whose end is not written yet is left for the next piece. Where what stood at `offset` is no longer kept,
    the piece begins with what comes next.
    """
    max_bytes = min(max(_LONGEST_CHARACTER_BYTES, max_bytes), LARGEST_CHUNK_BYTES)
    size = log.size()
    start, data = log.read(offset, max_bytes)
    # Where the reader has not chosen the place, it may be inside a character.
    skipped = _continuation_bytes(data) if start > 0 and start != offset else 0
    # A character that is cut off by a part that is no longer kept has no end that could come.
    is_before_gap = len(data) < max_bytes and start + len(data) < size
    end = len(data) - (0 if is_before_gap else _unfinished_bytes(data))
    return LogChunk(
        text=data[skipped:end].decode(errors="replace"),
        start_offset=start + skipped,
        end_offset=start + end,
        size_bytes=max(size, start + len(data)),
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
