"""Writes that are on the disk when they return, and what a failed one means to a person."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.runs.locks import wait_for_lock

# A torn line at the end of a file is looked for no further back than this.
_LONGEST_LINE_BYTES = 1 << 20
_USUAL_LINES_BYTES = 1 << 12


def json_bytes(value: object) -> bytes:
    """`value` as a JSON file. Names that are no text (bytes of a file system) are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:
        return (json.dumps(value, indent=2, allow_nan=False) + "\n").encode()


def json_line(value: object) -> bytes:
    """`value` as one line of a JSON-lines file."""
    return (json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n").encode()


def write_json_atomically(path: Path, value: object) -> None:
    """Replaces `path` by `value`: a reader sees the old file or the new one, also after a power loss."""
    write_atomically(path, json_bytes(value))


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replaces `path` by `content`: a reader sees the old file or the new one, also after a power loss."""
    descriptor, temporary = _open_beside(path, mode)
    try:
        try:
            _write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def _open_beside(path: Path, mode: int) -> tuple[int, Path]:
    """A new file that nobody else writes into: not another thread, nor whoever had our number and was killed."""
    for distinction in ("", f".{os.urandom(4).hex()}"):
        temporary = path.with_name(f".{path.name}{distinction}.{os.getpid()}.tmp")
        with suppress(FileExistsError):
            return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), temporary
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(temporary))


def write_new(path: Path, content: bytes) -> None:
    """Writes a file that nobody reads yet; it is durable only after `sync_file`."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        _write_all(descriptor, content)
    finally:
        os.close(descriptor)


def append_line(path: Path, line: bytes) -> None:
    """Adds one line, newline included, to the end of `path`. A torn line that a crash left there is closed first."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        try:
            _write_all(descriptor, line)
            os.fsync(descriptor)
        except OSError:
            # What was not stored must not be told either.
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)
    if not size:
        sync_directory(path.parent)


def read_json(path: Path) -> Any:
    """The JSON value in `path`. Raises FileNotFoundError, OSError, or ValueError where it is no JSON."""
    return parsed_json(path.read_bytes())


def parsed_json(content: bytes) -> Any:
    """The JSON value in `content`. Raises ValueError where it is none, also for one that is nested beyond measure."""
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def read_json_lines(path: Path) -> Iterator[Any]:
    """The values of a JSON-lines file; lines that a crash or a full disk tore are left out."""
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    yield parsed_json(line)
                except ValueError:
                    continue
    except FileNotFoundError:
        return


def last_json_line(path: Path) -> Any:
    """The last value of a JSON-lines file, torn lines left out; None where there is none.

    A line whose end alone is missing counts: whoever was killed there had said everything, and it is read by all.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        # Most lines are short, and this is done at every look at a live run.
        for reach in (_USUAL_LINES_BYTES, _LONGEST_LINE_BYTES):
            start = max(0, size - reach)
            file.seek(start)
            lines = file.read(size - start).split(b"\n")
            for line in reversed(lines if start == 0 else lines[1:]):
                if line.strip():
                    with suppress(ValueError):
                        return parsed_json(line)
    return None


def sync_directory(path: Path) -> None:
    """Makes the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network and user-space file systems know no fsync of a directory; they have nothing better to offer.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM):
            raise
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Makes the content of a file durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock file `path` against every other process and thread. Held for moments only."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        wait_for_lock(descriptor)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns what the file system refuses below `path` into the failure that a person reads."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise BridgeError("disk-full", path=str(path)) from error
        raise BridgeError("directory-not-writable", path=str(path), reason=error.strerror or str(error)) from error


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
