"""Notices that the directory of a live run was deleted, and tells it from a disk that is away."""

from pathlib import Path

from tunewright_bridge.runs.layout import RunPaths


class DeletionWatch:
    """Watches for the deletion of one run. Time comes from the caller, in seconds."""

    def __init__(self, paths: RunPaths, *, patience_seconds: float) -> None:
        self._paths = paths
        self._patience_seconds = patience_seconds
        self._root_place = _place_on_disk(paths.directory.parent)
        self._missing_since: float | None = None

    @property
    def is_missing(self) -> bool:
        """Whether the directory was gone when it was looked for last."""
        return self._missing_since is not None

    def is_deleted(self, now: float) -> bool:
        """Looks; whether the directory has been gone for so long that nobody can want it back."""
        if self._paths.intent.exists() or _place_on_disk(self._paths.directory.parent) != self._root_place:
            # Where the folder of runs is gone as well, or another one, a disk may be away, or the workspace renamed.
            self._missing_since = None
            return False
        if self._missing_since is None:
            self._missing_since = now
        return now - self._missing_since >= self._patience_seconds


def _place_on_disk(folder: Path) -> tuple[int, int] | None:
    """What stays when a folder gets another name, and differs for one that is made in its place."""
    try:
        status = folder.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
