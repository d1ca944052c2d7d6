"""Changes in a few folders as Linux tells them: one thread and one descriptor, however many folders there are.

Spoken to directly, because the packages for it take several threads a folder, and more time than all else that a bridge
does while it follows a run.
"""

import ctypes
import errno
import os
import select
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

# source: inotify(7), sys/inotify.h. Writing, making, removing and renaming; to be told of reading would be to be told
# of ourselves, and whoever closes a file has written before.
_MODIFY = 0x2
_MOVED = 0x40 | 0x80
_CREATE = 0x100
_DELETE = 0x200
_SELF_GONE = 0x400 | 0x800
_WATCHED = _MODIFY | _MOVED | _CREATE | _DELETE | _SELF_GONE
_ONLY_FOLDERS = 0x0100_0000
# The kernel has ended a watch, since its folder is gone.
_IGNORED = 0x8000
_HEADER = struct.Struct("iIII")
_BUFFER_BYTES = 64 * 1024
# What comes within this time is told together, however fast somebody prints.
_GATHER_SECONDS = 0.05


class InotifyFolders:
    """Implements `Folders`. Raises OSError where the kernel gives no more watches."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._library = ctypes.CDLL(None, use_errno=True)
        if not hasattr(self._library, "inotify_init1"):
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        self._descriptor = self._checked(self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._end_reader, self._end_writer = os.pipe()
        self._lock = threading.Lock()
        self._watches: dict[Path, int] = {}
        self._thread = threading.Thread(target=self._run, name="folders", daemon=True)
        self._thread.start()

    def watched(self) -> set[Path]:
        """The folders of which changes are told; one that was removed is no longer among them."""
        with self._lock:
            return set(self._watches)

    def add(self, folder: Path) -> None:
        """Tells of changes in `folder` from now on. Raises FileNotFoundError, OSError."""
        with self._lock:
            name = os.fsencode(folder)
            watch = self._checked(
                self._library.inotify_add_watch(self._descriptor, name, ctypes.c_uint32(_WATCHED | _ONLY_FOLDERS))
            )
            self._watches[folder] = watch

    def remove(self, folder: Path) -> None:
        """Tells nothing more of `folder`."""
        with self._lock:
            watch = self._watches.pop(folder, None)
            # Two paths of one folder have one watch.
            if watch is not None and watch not in self._watches.values():
                self._library.inotify_rm_watch(self._descriptor, watch)

    def close(self) -> None:
        """Ends the thread, which then gives the descriptors back."""
        os.close(self._end_writer)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        poll.register(self._end_reader, select.POLLIN | select.POLLHUP)
        while self._end_reader not in (ready := [descriptor for descriptor, _ in poll.poll()]):
            if self._descriptor in ready:
                self._take(os.read(self._descriptor, _BUFFER_BYTES))
                self._on_change()
                time.sleep(_GATHER_SECONDS)
        with self._lock:
            self._watches.clear()
            os.close(self._descriptor)
            self._descriptor = -1
        os.close(self._end_reader)

    def _take(self, events: bytes) -> None:
        position = 0
        while position < len(events):
            watch, mask, _, name_length = _HEADER.unpack_from(events, position)
            position += _HEADER.size + name_length
            if mask & _IGNORED:
                with self._lock:
                    self._watches = {folder: other for folder, other in self._watches.items() if other != watch}

    @staticmethod
    def _checked(result: int) -> int:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result
