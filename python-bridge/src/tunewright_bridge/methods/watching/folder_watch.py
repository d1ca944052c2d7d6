"""Wakes somebody when something in a few folders changes, where the operating system can tell."""

import sys
from collections.abc import Callable, Iterable
from logging import getLogger
from pathlib import Path
from typing import Protocol

_LOG = getLogger(__name__)

# Each takes a kernel object; the rest is found by looking now and then.
MOST_FOLDERS = 24


class Folders(Protocol):
    """How one operating system tells of changes."""

    def watched(self) -> set[Path]:
        """The folders of which changes are told now."""

    def add(self, folder: Path) -> None:
        """Tells of changes in `folder` from now on. Raises FileNotFoundError, OSError."""

    def remove(self, folder: Path) -> None:
        """Tells nothing more of `folder`."""

    def close(self) -> None:
        """Ends the watch."""


class FolderWatch:
    """Calls `on_change`, from a thread of its own, soon after a file in one of the folders changed.

    A hint and no more: folders on a network are not told of, and those who need to be sure look for themselves.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._folders: Folders | None = None
        self._is_possible = True

    def set_folders(self, folders: Iterable[Path]) -> None:
        """From now on these folders, and no others; those that do not exist are left out."""
        wanted = {folder for folder in folders if folder.is_dir()} if self._is_possible else set()
        watched = set() if self._folders is None else self._folders.watched()
        for folder in watched - wanted:
            self._forget(folder)
        for folder in sorted(wanted - watched)[: max(0, MOST_FOLDERS - len(watched & wanted))]:
            self._add(folder)

    def _add(self, folder: Path) -> None:
        if not self._is_possible:
            return
        try:
            if self._folders is None:
                self._folders = _folders_of_system(self._on_change)
            self._folders.add(folder)
        except FileNotFoundError:
            # Removed in the meantime.
            return
        except (ImportError, OSError) as error:
            # Nobody here can tell, or there are no more watches to be had: looking now and then has to do.
            self._is_possible = False
            _LOG.warning("changes cannot be watched, only looked for: %s", error)

    def _forget(self, folder: Path) -> None:
        if self._folders is not None:
            self._folders.remove(folder)

    def close(self) -> None:
        """Ends the watch."""
        if self._folders is not None:
            self._folders.close()
            self._folders = None
        self._is_possible = False


def _folders_of_system(on_change: Callable[[], None]) -> Folders:
    if sys.platform == "linux":
        from tunewright_bridge.methods.watching.inotify_folders import InotifyFolders

        return InotifyFolders(on_change)
    else:
        from tunewright_bridge.methods.watching.watchdog_folders import WatchdogFolders

        return WatchdogFolders(on_change)
