"""Pieces of a console log by byte offset as text, never cut inside a character.

Python programs print UTF-8 into the log. Other programs may use the encoding of the person's locale, so a line that is
no UTF-8 is read by that.
"""

import codecs
import os
from collections.abc import Mapping

from tunewright_bridge.protocol.bridge import LogChunk
from tunewright_bridge.runs.console import ConsoleLog

LARGEST_CHUNK_BYTES = 4 * 1024 * 1024
# No character of UTF-8 is longer.
_LONGEST_CHARACTER_BYTES = 4


def locale_encoding(environment: Mapping[str, str]) -> str | None:
    """The encoding that programs use by the locale of `environment`; None where it is UTF-8, or nothing is known."""
    names = (environment.get(variable) for variable in ("LC_ALL", "LC_CTYPE", "LANG"))
    name = next((name for name in names if name), "").partition(".")[2].partition("@")[0]
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        return None
    return None if encoding in ("utf-8", "ascii") else encoding


def read_chunk(
    log: ConsoleLog, offset: int | None, max_bytes: int, *, environment: Mapping[str, str] = os.environ
) -> LogChunk:
    """At most `max_bytes` from `offset`, or the end of the log where that is None. A missing log is empty.

    A character whose end is not written yet is left for the next piece. Where what stood at `offset` is no longer kept,
    the piece begins with what comes next. `environment` is that of the person.
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
        text=_text(data[skipped:end], locale_encoding(environment)),
        start_offset=start + skipped,
        end_offset=start + end,
        size_bytes=max(size, start + len(data)),
    )


def _text(data: bytes, other_encoding: str | None) -> str:
    if other_encoding is None:
        return data.decode(errors="replace")
    return "".join(_line_text(line, other_encoding) for line in data.splitlines(keepends=True))


def _line_text(line: bytes, other_encoding: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode(other_encoding, errors="replace")


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
