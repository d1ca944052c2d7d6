"""Changes in a few folders as the package watchdog tells them, on systems other than Linux."""

from collections.abc import Callable
from logging import getLogger
from pathlib import Path
from typing import Any

_LOG = getLogger(__name__)


class WatchdogFolders:
    """Implements `Folders`. Raises ImportError where there is no watchdog for this machine."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        from watchdog.observers import Observer

        self._handler = _handler(on_change)
        self._observer: Any = Observer()
        self._observer.daemon = True
        self._observer.start()
        self._watches: dict[Path, Any] = {}

    def watched(self) -> set[Path]:
        """The folders of which changes are told."""
        return set(self._watches)

    def add(self, folder: Path) -> None:
        """Tells of changes in `folder` from now on. Raises FileNotFoundError, OSError."""
        from watchdog import events

        # Only changes: to be told of reading would be to be told of ourselves.
        changes = [
            events.DirCreatedEvent,
            events.DirDeletedEvent,
            events.DirMovedEvent,
            events.FileClosedEvent,
            events.FileCreatedEvent,
            events.FileDeletedEvent,
            events.FileModifiedEvent,
            events.FileMovedEvent,
        ]
        self._watches[folder] = self._observer.schedule(self._handler, str(folder), event_filter=changes)

    def remove(self, folder: Path) -> None:
        """Tells nothing more of `folder`."""
        watch = self._watches.pop(folder)
        try:
            self._observer.unschedule(watch)
        except (KeyError, OSError) as error:
            _LOG.debug("%s was no longer watched: %s", folder, error)

    def close(self) -> None:
        """Ends the watch."""
        self._observer.stop()


def _handler(on_change: Callable[[], None]) -> Any:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            on_change()

    return Handler()
