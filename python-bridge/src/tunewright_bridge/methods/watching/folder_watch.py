"""Wakes somebody when something in a few folders changes, where the operating system can tell."""

from collections.abc import Callable, Iterable
from logging import getLogger
from pathlib import Path
from typing import Any

_LOG = getLogger(__name__)

# Each takes a kernel object; the rest is found by looking now and then.
MOST_FOLDERS = 24


class FolderWatch:
    """Calls `on_change`, from a thread of its own, soon after a file in one of the folders changed.

    A hint and no more: folders on a network are not told of, and those who need to be sure look for themselves.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._observer: Any = None
        self._watches: dict[Path, Any] = {}
        self._is_possible = True

    def set_folders(self, folders: Iterable[Path]) -> None:
        """From now on these folders, and no others; those that do not exist are left out."""
        wanted = {folder for folder in folders if folder.is_dir()} if self._is_possible else set()
        for folder in self._watches.keys() - wanted:
            self._forget(folder)
        for folder in wanted - self._watches.keys():
            if len(self._watches) < MOST_FOLDERS:
                self._add(folder)

    def _add(self, folder: Path) -> None:
        try:
            if self._observer is None:
                self._observer = _started_observer()
            from watchdog.events import (
                DirCreatedEvent,
                DirDeletedEvent,
                DirMovedEvent,
                FileClosedEvent,
                FileCreatedEvent,
                FileDeletedEvent,
                FileModifiedEvent,
                FileMovedEvent,
            )

            # Only changes: to be told of reading would be to be told of ourselves.
            changes = [
                DirCreatedEvent,
                DirDeletedEvent,
                DirMovedEvent,
                FileClosedEvent,
                FileCreatedEvent,
                FileDeletedEvent,
                FileModifiedEvent,
                FileMovedEvent,
            ]
            handler = _handler(self._on_change)
            self._watches[folder] = self._observer.schedule(handler, str(folder), event_filter=changes)
        except FileNotFoundError:
            # Removed in the meantime.
            return
        except (ImportError, OSError) as error:
            # No watchdog for this machine, or no more watches to be had: looking now and then has to do.
            self._is_possible = False
            _LOG.warning("changes cannot be watched, only looked for: %s", error)

    def _forget(self, folder: Path) -> None:
        watch = self._watches.pop(folder)
        try:
            self._observer.unschedule(watch)
        except (KeyError, OSError) as error:
            _LOG.debug("%s was no longer watched: %s", folder, error)

    def close(self) -> None:
        """Ends the watch."""
        if self._observer is not None:
            self._observer.stop()
            self._observer = None
        self._watches = {}
        self._is_possible = False


def _started_observer() -> Any:
    from watchdog.observers import Observer

    observer = Observer()
    observer.daemon = True
    observer.start()
    return observer


def _handler(on_change: Callable[[], None]) -> Any:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            on_change()

    return Handler()
