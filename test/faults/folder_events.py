"""Tells at once when a file in a folder is made, written or renamed, so that a fault can come in the middle of it."""

import ctypes
import os
import re
import select
import struct
import time
from pathlib import Path
from types import TracebackType

_MODIFIED = 0x2
_MOVED_TO = 0x80
_CREATED = 0x100
_HEADER = struct.Struct("iIII")
_BUFFER_BYTES = 64 * 1024


class FolderEvents:
    """Watches some folders through inotify. Those that do not exist are left out."""

    def __init__(self, folders: list[Path]) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        self._descriptor: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for folder in folders:
            library.inotify_add_watch(self._descriptor, os.fsencode(folder), _MODIFIED | _MOVED_TO | _CREATED)

    def __enter__(self) -> "FolderEvents":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def wait_for(self, pattern: str, seconds: float) -> str | None:
        """The name of the next file that matches and that something happens to; None where nothing does in time."""
        wanted = re.compile(pattern)
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            readable, _, _ = select.select([self._descriptor], [], [], left)
            if not readable:
                return None
            for name in _names(os.read(self._descriptor, _BUFFER_BYTES)):
                if wanted.fullmatch(name):
                    return name
        return None


def _names(events: bytes) -> list[str]:
    names = []
    position = 0
    while position < len(events):
        *_, length = _HEADER.unpack_from(events, position)
        position += _HEADER.size
        names.append(events[position : position + length].rstrip(b"\0").decode(errors="replace"))
        position += length
    return names
