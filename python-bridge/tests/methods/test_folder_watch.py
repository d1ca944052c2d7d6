"""Changes in folders are told soon, those of other folders and mere reading never."""

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from live_runs import wait_for
from tunewright_bridge.methods.watching.folder_watch import Folders, FolderWatch
from tunewright_bridge.methods.watching.inotify_folders import InotifyFolders
from tunewright_bridge.methods.watching.watchdog_folders import WatchdogFolders

SYSTEMS = [InotifyFolders, WatchdogFolders] if sys.platform == "linux" else [WatchdogFolders]
# Longer than any change takes to be told, so that silence means something.
QUIET_SECONDS = 0.5


class Told:
    """Counts what was told."""

    def __init__(self) -> None:
        self.changed = threading.Event()

    def within(self, act: Callable[[], object]) -> bool:
        """Whether something is told soon after `act`, and not before."""
        while self.changed.wait(QUIET_SECONDS):
            self.changed.clear()
        act()
        return self.changed.wait(QUIET_SECONDS)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture(params=SYSTEMS)
def folders(request: pytest.FixtureRequest, told: Told) -> Iterator[Folders]:
    folders: Folders = request.param(told.changed.set)
    yield folders
    folders.close()


def test_what_is_written_made_renamed_and_removed_is_told(folders: Folders, told: Told, tmp_path: Path) -> None:
    file = tmp_path / "file"
    folders.add(tmp_path)
    assert told.within(lambda: file.write_text("a"))
    with file.open("a") as stream:
        # As a log that nobody ever closes.
        stream.write("b")
        assert told.within(stream.flush)
    assert told.within(lambda: file.rename(tmp_path / "other"))
    assert told.within(lambda: (tmp_path / "folder").mkdir())
    assert told.within((tmp_path / "other").unlink)


def test_what_is_read_or_lies_elsewhere_is_not_told(folders: Folders, told: Told, tmp_path: Path) -> None:
    watched, other = tmp_path / "watched", tmp_path / "other"
    for folder in (watched, other):
        folder.mkdir()
        (folder / "file").write_text("a")
    folders.add(watched)
    folders.add(other)
    folders.remove(other)
    assert not told.within(lambda: (watched / "file").read_text())
    assert not told.within(lambda: os.listdir(watched))
    assert not told.within(lambda: (other / "file").write_text("b"))


def test_a_folder_that_is_made_anew_is_watched_again(told: Told, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    watch = FolderWatch(told.changed.set)
    try:
        watch.set_folders([folder])
        assert told.within(lambda: shutil.rmtree(folder))
        folder.mkdir()
        watch.set_folders([folder])
        assert told.within(lambda: (folder / "file").write_text("a"))
    finally:
        watch.close()


def test_a_folder_that_is_not_there_is_left_out(told: Told, tmp_path: Path) -> None:
    watch = FolderWatch(told.changed.set)
    watch.set_folders([tmp_path / "nowhere"])
    watch.set_folders([tmp_path / "nowhere", tmp_path])
    assert told.within(lambda: (tmp_path / "file").write_text("a"))
    watch.close()


def test_nothing_is_left_of_a_watch_that_was_closed(told: Told, tmp_path: Path) -> None:
    before, threads = len(os.listdir("/proc/self/fd")), threading.active_count()
    for _ in range(3):
        watch = FolderWatch(told.changed.set)
        watch.set_folders([tmp_path])
        watch.close()
    wait_for(lambda: len(os.listdir("/proc/self/fd")) <= before, "the descriptors to be given back")
    wait_for(lambda: threading.active_count() <= threads, "the threads to end")
