"""What watches and follows say of a place that cannot be read: something, and not the same thing for ever."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from made_runs import make_run
from tunewright_bridge.methods.watching import root_watch, run_follow
from tunewright_bridge.methods.watching.root_watch import RootWatch
from tunewright_bridge.methods.watching.run_follow import RunFollow
from tunewright_bridge.runs.store import RunStore

DEADLINE_SECONDS = 20


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released at each look at the disk, of which there are many a second."""
    looked = threading.Semaphore(0)
    monkeypatch.setattr(root_watch, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(run_follow, "LOOK_SECONDS", 0.01)
    for name in ("latest_attempt", "run_ids"):
        original = getattr(RunStore, name)

        def counted(self: RunStore, *arguments: Any, original: Any = original) -> Any:
            looked.release()
            return original(self, *arguments)

        monkeypatch.setattr(RunStore, name, counted)
    return looked


def wait_for(looks: threading.Semaphore, count: int) -> None:
    for _ in range(count):
        assert looks.acquire(timeout=DEADLINE_SECONDS)


def test_a_followed_run_that_is_deleted_is_complained_of_once(
    tmp_path: Path, looks: threading.Semaphore, caplog: pytest.LogCaptureFixture
) -> None:
    paths = make_run(tmp_path)
    follow = RunFollow(str(tmp_path), paths, lambda appended: None)
    follow.begin_here()
    shutil.rmtree(paths.directory)
    follow.start()
    wait_for(looks, 5)
    follow.close()
    follow.tell_rest()
    (complaint,) = caplog.messages
    assert f"{paths.directory} could not be followed" in complaint


def test_a_watched_run_that_breaks_is_complained_of_once(
    tmp_path: Path, looks: threading.Semaphore, caplog: pytest.LogCaptureFixture
) -> None:
    paths = make_run(tmp_path)
    watch = RootWatch(tmp_path, None, lambda changed: None)
    assert [run.id for run in watch.first_look().runs] == [paths.run_id]
    paths.attempt(1).lease.write_text("{")
    watch.start()
    wait_for(looks, 12)
    watch.close()
    (complaint,) = caplog.messages
    assert str(paths.attempt(1).lease) in complaint
