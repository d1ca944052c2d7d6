"""Storing, listing and opening runs, with everything a folder of runs can suffer."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from made_runs import make_run, new_run, prepared_run
from small_disks import small_disk
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.alert import Alert, AlertKind, HealthRecord
from tunewright_bridge.protocol.checkpoint import ResumePoint
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import RunEvent, StopRequest, StopWhen
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.creation import PreparedRun
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths, runs_root
from tunewright_bridge.runs.names import directory_name, is_run_id
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return runs_root(tmp_path)


def test_a_stored_run_has_everything_and_is_listed(root: Path) -> None:
    paths = make_run(root)
    runs, total = RunStore(root).list()
    assert total == 1
    assert [(run.id, run.name, run.number, run.state) for run in runs] == [(paths.run_id, "first.sft", 1, "queued")]
    detail = RunStore(root).detail(RunStore(root).get(paths.run_id))
    assert detail.config_text == "model: tiny\n"
    assert [attempt.number for attempt in detail.attempts] == [1]
    assert paths.attempt(1).output.is_dir()


def test_the_folder_is_kept_out_of_git_but_for_the_targets(root: Path) -> None:
    make_run(root)
    assert (root.parent / ".gitignore").read_text() == "*\n!targets.yaml\n"


def test_runs_of_one_name_are_counted_and_others_are_not(root: Path) -> None:
    for name in ("a.sft", "b.sft", "a.sft", "a.sft"):
        make_run(root, name=name)
    runs, _ = RunStore(root).list()
    assert sorted((run.name, run.number) for run in runs) == [("a.sft", 1), ("a.sft", 2), ("a.sft", 3), ("b.sft", 1)]


def test_newest_first_and_no_more_than_asked_for(root: Path) -> None:
    made = [make_run(root).run_id for _ in range(3)]
    later = "29991231-235959-first.sft-aaaa"
    os.rename(root / made[0], root / later)
    for run_id in made[1:]:
        RunRecord(RunPaths(root / run_id)).transition("failed", attempt=1)
    runs, total = RunStore(root).list(limit=1)
    assert total == 3
    assert len(runs) == 1
    assert RunStore(root).run_ids()[0] == later


@pytest.mark.parametrize("name", ["a/b", "..", "", "训练", "x" * 300, "a b\nc", "-rf"])
def test_any_name_makes_a_directory(root: Path, name: str) -> None:
    paths = make_run(root, name=name)
    assert is_run_id(paths.run_id)
    assert paths.directory.parent == root
    assert len(directory_name(name).encode()) <= 80
    assert RunStore(root).summary(paths).name == name


def test_what_a_deleted_run_still_writes_is_no_run(root: Path) -> None:
    whole, deleted = make_run(root), make_run(root)
    store = RunStore(root)
    shutil.rmtree(deleted.directory)
    # As the engine does, which makes the folders of its output anew.
    deleted.attempt(1).output.mkdir(parents=True)
    for limit in (None, 1):
        runs, total = store.list(limit)
        assert total == 1
        assert {run.id for run in runs} <= {whole.run_id}


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[]", None])
def test_a_run_that_cannot_be_read_takes_away_only_itself(
    root: Path, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = make_run(root), make_run(root)
    if text is None:
        broken.intent.unlink()
    else:
        broken.intent.write_text(text)
    store = RunStore(root)
    for _ in range(2):
        runs, total = store.list()
        assert [run.id for run in runs] == [whole.run_id]
        # Nobody is to look for another run that no list shows.
        assert total == 1
    with pytest.raises(BridgeError) as caught:
        store.summary(broken)
    assert caught.value.code == "run-directory-unreadable"
    assert caught.value.values["path"] == str(broken.intent)
    assert str(root) not in caught.value.values["reason"]
    # Said once, however often the runs are listed.
    assert caplog.messages == [f"not listed: {caught.value}"]


@pytest.mark.parametrize("run_id", ["nothing", "../..", "20260101-000000-a-aaaa"])
def test_a_run_that_is_not_there(root: Path, run_id: str) -> None:
    make_run(root)
    with pytest.raises(BridgeError) as caught:
        RunStore(root).get(run_id)
    assert caught.value.code == "run-not-found"


def test_an_ended_run_that_starts_again_is_seen(root: Path) -> None:
    paths = make_run(root)
    store = RunStore(root)
    RunRecord(paths).transition("failed", attempt=1, cause=cause("killed"))
    assert store.summary(paths).state == "failed"
    RunRecord(paths).transition("queued", attempt=1)
    assert store.summary(paths).state == "queued"


def test_ended_runs_are_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = make_run(root)
    RunRecord(template).transition("failed", attempt=1)
    content = {path.relative_to(template.directory): path.read_bytes() for path in _files(template.directory)}
    for number in range(99):
        copy = root / f"20260101-{number:06d}-first.sft-aaaa"
        for relative, data in content.items():
            (copy / relative).parent.mkdir(parents=True, exist_ok=True)
            (copy / relative).write_bytes(data)
    store = RunStore(root)
    first, _ = store.list()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read again"))
        again, _ = store.list()
    assert len(again) == 100
    assert again == first


def _files(directory: Path) -> Iterator[Path]:
    return (path for path in directory.rglob("*") if path.is_file())


def test_a_disk_that_fills_up_in_the_middle_leaves_no_run(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        root = runs_root(disk.place)
        make_run(root)
        codes: list[str] = []
        while len(RunStore(root).list()[0]) == 1:
            disk.fill(free_pages=len(codes))
            try:
                make_run(root)
            except BridgeError as error:
                codes.append(error.code)
            assert not list(root.glob(".new-*"))
        # A run is several files; the disk was full before each of them once.
        assert len(codes) > 5
        assert set(codes) == {"disk-full"}


def test_a_maker_that_was_killed_leaves_no_run_and_is_swept_up_later(root: Path) -> None:
    make_run(root)
    half = root / ".new-20260101-000000-first.sft-aaaa"
    half.mkdir()
    os.utime(half, (0, 0))
    fresh = root / ".new-20260101-000001-first.sft-aaaa"
    fresh.mkdir()
    assert len(RunStore(root).list()[0]) == 1
    make_run(root)
    assert not half.exists()
    assert fresh.exists()


def test_a_file_in_the_place_of_the_folder_is_named(root: Path) -> None:
    root.parent.write_text("not a folder")
    with pytest.raises(BridgeError) as caught:
        make_run(root)
    assert caught.value.code == "directory-not-writable"
    assert caught.value.values["path"] == str(root)
    assert root.parent.read_text() == "not a folder"


def test_a_config_that_is_no_unicode_is_kept_as_it_was(root: Path, tmp_path: Path) -> None:
    text = b"model: caf\xe9\n".decode(errors="surrogateescape")
    paths = RunStore(root).create(new_run(tmp_path), lambda paths: prepared_run(paths, config_text=text))
    assert paths.config.read_bytes() == b"model: caf\xe9\n"


def alert(kind: AlertKind, at_ms: int, *, attempt: int = 1, ended_at_ms: int | None = None) -> Alert:
    return Alert(
        id=kind,
        kind=kind,
        severity="alert",
        attempt=attempt,
        at_ms=at_ms,
        ended_at_ms=ended_at_ms,
        values={},
        action="notify",
    )


def tell(paths: RunPaths, told: Alert) -> None:
    kind: Literal["alert", "alert-ended"] = "alert" if told.ended_at_ms is None else "alert-ended"
    RunRecord(paths).note(RunEvent(at_ms=told.at_ms, attempt=told.attempt, kind=kind, alert=told))


def test_alerts_come_with_a_run_and_those_of_every_attempt_when_it_is_opened(root: Path) -> None:
    paths, store = make_run(root), RunStore(root)
    assert store.detail(paths).alerts is None
    hang, over, again = alert("hang", 1), alert("hang", 1, ended_at_ms=2), alert("hang", 3)
    nan, late = alert("nan", 2), alert("nan", 9, attempt=2)
    for told in (hang, nan, over, again, late):
        tell(paths, told)
    paths.attempt(1).health.write_text(json.dumps(encode(HealthRecord(format=1, alerts=[nan, again]))))
    assert store.summary(paths).alerts == [nan, again]
    assert store.detail(paths).alerts == [over, nan, again, late]


def test_a_broken_list_of_alerts_takes_away_only_itself(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    paths, store = make_run(root), RunStore(root)
    paths.attempt(1).health.write_text("{")
    for _ in range(2):
        (summary,), _ = store.list()
        assert (summary.id, summary.alerts) == (paths.run_id, None)
    (complaint,) = caplog.messages
    assert str(paths.attempt(1).health) in complaint


def test_a_stop_that_was_asked_for_is_seen_while_the_run_lives(root: Path) -> None:
    paths, store = make_run(root), RunStore(root)
    assert store.summary(paths).stop_when is None
    whens: tuple[StopWhen | None, ...] = ("next-checkpoint", "now", None)
    for when in whens:
        request = StopRequest(format=1, requested_at_ms=1, by="somebody", when=when)
        paths.attempt(1).stop.write_text(json.dumps(encode(request)))
        assert store.summary(paths).stop_when == (when or "now")
    RunRecord(paths).transition("cancelled", attempt=1)
    assert store.summary(paths).stop_when is None


def test_an_attempt_says_where_it_went_on(root: Path, tmp_path: Path) -> None:
    point = ResumePoint(attempt=1, checkpoint=str(tmp_path / "checkpoint-5"), step=5)

    def prepare(attempt: AttemptPaths) -> PreparedRun:
        prepared = prepared_run(attempt)
        command = replace(prepared.attempt.command, resumed_from=point)
        return replace(prepared, attempt=replace(prepared.attempt, command=command))

    paths = RunStore(root).create(new_run(tmp_path), prepare)
    assert [attempt.resumed_from for attempt in RunStore(root).detail(paths).attempts] == [point]


def test_an_end_that_only_the_command_itself_wrote_down_counts_once_the_run_is_over(root: Path) -> None:
    paths, store = make_run(root), RunStore(root)
    paths.attempt(1).finish.write_text('{"format": 1, "exitCode": 3, "endedAtMs": 77}')
    assert (store.summary(paths).exit_code, store.detail(paths).attempts[0].ended_at_ms) == (None, None)
    RunRecord(paths).transition("failed", attempt=1)
    assert (store.summary(paths).exit_code, store.summary(paths).ended_at_ms) == (3, 77)
    assert [(attempt.exit_code, attempt.ended_at_ms) for attempt in store.detail(paths).attempts] == [(3, 77)]


def test_an_attempt_that_cannot_be_read_takes_away_only_itself(root: Path) -> None:
    paths, store = make_run(root), RunStore(root)
    record = RunRecord(paths)
    record.transition("failed", attempt=1)
    attempt = record.next_attempt()
    record.begin_attempt(replace(prepared_run(attempt).attempt, number=2), cause=None)
    paths.attempt(1).command.write_text("{")
    assert [attempt.number for attempt in store.detail(paths).attempts] == [2]
