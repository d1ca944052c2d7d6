"""How far a run is, from the end of its metrics file: a long file is not read whole."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tunewright_bridge.metrics.follow import PIECE_BYTES
from tunewright_bridge.metrics.readers import reader_for
from tunewright_bridge.protocol.run import RunProgress

# Lines enough to hold the last evaluation in most runs, without reading far.
TAIL_BYTES = 64 * 1024


def progress(files: Sequence[Path], tail_bytes: int = TAIL_BYTES) -> RunProgress | None:
    """The progress of the latest attempt that has logged a step, by the end of its file.

    `files` are in the order of the attempts.
    """
    for path in reversed(files):
        reader = reader_for(path)
        if reader is None:
            continue
        try:
            lines = _last_lines(path, tail_bytes)
        except (FileNotFoundError, NotADirectoryError):
            continue
        found = reader.progress([row for row in reader.rows(lines) if row is not None])
        if found is not None:
            return found
    return None


def _last_lines(path: Path, tail_bytes: int) -> list[bytes]:
    """The last whole lines of a file, about `tail_bytes` of them; lines that are no line of metrics are passed over."""
    lines: list[bytes] = []
    size = 0
    for line in _lines_backwards(path):
        lines.append(line)
        size += len(line)
        if size >= tail_bytes:
            break
    lines.reverse()
    return lines


def _lines_backwards(path: Path) -> Iterator[bytes]:
    """The whole lines of a file from its end, without those longer than a piece."""
    with path.open("rb") as file:
        position = file.seek(0, 2)
        # The beginning of the line whose end was read already; None once that is longer than any line of metrics.
        rest: bytes | None = b""
        is_last = True
        while position > 0:
            start = max(0, position - TAIL_BYTES)
            file.seek(start)
            block = file.read(position - start)
            position = start
            head, *lines = block.split(b"\n")
            if not lines:
                rest = None if rest is None or len(rest) + len(head) > PIECE_BYTES else head + rest
                continue
            last = None if rest is None else lines[-1] + rest
            # What follows the last line end is a line still being written, or nothing.
            if not is_last and last:
                yield last
            is_last = False
            yield from (line for line in reversed(lines[:-1]) if line)
            rest = head
        if not is_last and rest:
            yield rest
