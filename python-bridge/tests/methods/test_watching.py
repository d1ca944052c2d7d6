"""What watches and follows tell: everything once, nothing after their end, and of a broken place once that it is."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import live_runs
from made_runs import make_run, prepared_run
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.methods.run_files import run_progress
from tunewright_bridge.methods.watching import root_watch, run_follow
from tunewright_bridge.methods.watching.root_watch import RootWatch
from tunewright_bridge.methods.watching.run_follow import RunFollow
from tunewright_bridge.protocol.bridge import RunAppended
from tunewright_bridge.runs.console import ConsoleWriter
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore

DEADLINE_SECONDS = 60


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


def folder_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "folders"}


def test_nothing_is_left_of_a_watch_or_follow_that_could_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folder_threads()
    place = tmp_path / "place"
    place.write_text("no folder")
    with pytest.raises(BridgeError):
        RootWatch(place, None, lambda changed: None).first_look()

    def fail(*_: object) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr(run_follow, "read_chunk", fail)
    with pytest.raises(OSError, match="away"):
        RunFollow(str(tmp_path), make_run(tmp_path), lambda appended: None).begin_here()
    live_runs.wait_for(lambda: folder_threads() <= before, "the end of what watched folders")


def test_a_followed_run_that_is_deleted_is_complained_of_once(
    tmp_path: Path, looks: threading.Semaphore, caplog: pytest.LogCaptureFixture
) -> None:
    paths = make_run(tmp_path)
    follow = RunFollow(str(tmp_path), paths, lambda appended: None)
    follow.begin_here()
    shutil.rmtree(paths.directory)
    follow.start()
    wait_for(looks, 5)
    follow.finish()
    (complaint,) = caplog.messages
    assert f"{paths.directory} could not be followed" in complaint


def begin_attempt(paths: RunPaths) -> AttemptPaths:
    record = RunRecord(paths)
    record.transition("failed", attempt=record.state().attempt)
    attempt = record.next_attempt()
    return record.begin_attempt(replace(prepared_run(attempt).attempt, number=attempt.number), cause=None)


def test_the_end_of_an_attempt_is_told_before_the_next_one_begins(tmp_path: Path) -> None:
    paths = make_run(tmp_path)
    paths.attempt(1).console_log.write_bytes(b"known\n")
    told: list[RunAppended] = []
    follow = RunFollow(str(tmp_path), paths, told.append)
    follow.begin_here()
    with paths.attempt(1).console_log.open("ab") as file:
        file.write(b"ValueError: the reason\n")
    begin_attempt(paths).console_log.write_bytes(b"second\n")
    begin_attempt(paths).console_log.write_bytes(b"third\n")
    follow.start()
    follow.finish()
    logs = [appended.log for appended in told if appended.log is not None]
    assert [log.text for log in logs] == ["ValueError: the reason\n", "second\n", "third\n"]
    assert [log.start_offset for log in logs] == [6, 0, 0]


def test_a_log_that_was_rotated_is_followed_over_all_its_files(tmp_path: Path) -> None:
    paths = make_run(tmp_path)
    told: list[RunAppended] = []
    follow = RunFollow(str(tmp_path), paths, told.append, largest_log_lag_bytes=None)
    follow.begin_here()
    follow.start()
    writer = ConsoleWriter(paths.attempt(1), segment_bytes=1000, segments_kept=100)
    lines = [f"line {number} 损失\n" for number in range(1000)]
    for line in lines:
        writer.append(line.encode())
    follow.finish()
    assert len(list(paths.attempt(1).directory.glob("console*.log"))) > 10
    assert "".join(appended.log.text for appended in told if appended.log is not None) == "".join(lines)


def test_nothing_is_told_any_more_once_a_follow_is_closed(tmp_path: Path) -> None:
    paths = make_run(tmp_path)
    begun, may_go_on = threading.Event(), threading.Event()
    told: list[RunAppended] = []

    def notify(appended: RunAppended) -> None:
        told.append(appended)
        begun.set()
        assert may_go_on.wait(DEADLINE_SECONDS)

    follow = RunFollow(str(tmp_path), paths, notify, largest_log_lag_bytes=None)
    follow.begin_here()
    paths.attempt(1).console_log.write_bytes(b"x" * 10_000_000)
    follow.start()
    assert begun.wait(DEADLINE_SECONDS)
    closing = threading.Thread(target=follow.close)
    closing.start()
    may_go_on.set()
    closing.join(DEADLINE_SECONDS)
    count = len(told)
    follow.finish()
    assert len(told) == count < 100


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


def test_the_progress_that_is_told_line_by_line_is_that_of_the_whole_file(tmp_path: Path) -> None:
    paths = make_run(tmp_path)
    metrics = paths.attempt(1).output / "logging.jsonl"
    told: list[RunAppended] = []
    follow = RunFollow(str(tmp_path), paths, told.append)
    follow.begin_here()
    lines = [
        '{"loss": 2.0, "global_step/max_steps": "1/9", "train_speed(s/it)": 0.5}',
        '{"eval_loss": 1.5, "global_step/max_steps": "1/9"}',
        '{"loss": 1.0, "global_step/max_steps": "2/9", "train_speed(s/it)": 0.25}',
        '{"global_step/max_steps": "3/9"}',
    ]
    for line in lines:
        with metrics.open("a") as file:
            file.write(line + "\n")
        follow._tell_new()
        progress = told[-1].progress
        assert progress == run_progress([metrics])
    assert progress is not None
    assert (progress.step, progress.loss, progress.eval_loss, progress.seconds_per_step) == (3, 1.0, 1.5, 0.25)
