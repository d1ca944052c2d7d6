"""Storing, listing and opening runs, with everything a folder of runs can suffer."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from made_runs import make_run, new_run, prepared_run
from small_disks import small_disk
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.runs.layout import runs_root
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
        assert total == 2
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
    RunRecord(paths).transition("failed", attempt=1, reason="it broke")
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
