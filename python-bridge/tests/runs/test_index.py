"""The list index: it saves time, and is believed only as far as the run directories agree with it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from made_runs import make_run
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.run import RunProgress, RunSummary
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.index import EndedRun
from tunewright_bridge.runs.layout import RunPaths, list_index, runs_root
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore

COUNT = 20


class Counting:
    """Says how far each run came, and counts for whom it was asked: only runs that had to be read."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, paths: RunPaths) -> RunProgress:
        self.asked.append(paths.run_id)
        return RunProgress(step=len(paths.run_id), loss="NaN", eval_loss=0.5)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Runs that have failed, with a list index."""
    root = runs_root(tmp_path)
    for _ in range(COUNT):
        record = RunRecord(make_run(root))
        record.transition("starting", attempt=1)
        record.transition("failed", attempt=1, cause=cause("exit-code", exitCode="3"))
    listed(root)
    assert list_index(root).exists()
    return root


def listed(root: Path) -> tuple[list[RunSummary], list[str]]:
    """The runs as a new bridge lists them, and those that it had to read."""
    progress_of = Counting()
    store = RunStore(root, progress_of=progress_of)
    runs, total = store.list()
    assert total == len(runs)
    store.save_index()
    return runs, progress_of.asked


def without_index(root: Path) -> list[RunSummary]:
    return RunStore(root, progress_of=Counting()).list()[0]


def test_what_the_index_knows_is_not_read_again_and_is_the_same(root: Path) -> None:
    runs, read = listed(root)
    assert read == []
    list_index(root).unlink()
    assert runs == without_index(root)
    assert runs[0].cause == cause("exit-code", exitCode="3")
    assert runs[0].progress == RunProgress(step=len(runs[0].id), loss="NaN", eval_loss=0.5)


def test_a_run_that_went_on_since_is_read(root: Path) -> None:
    changed = RunPaths(root / RunStore(root).run_ids()[7])
    RunRecord(changed).transition("queued", attempt=2, cause=cause("retry", attempt="1", seconds="5"))
    runs, read = listed(root)
    assert [(run.id, run.state, run.attempt) for run in runs if run.state != "failed"] == [
        (changed.run_id, "queued", 2)
    ]
    assert read == []


def test_a_run_that_was_removed_is_gone(root: Path) -> None:
    removed = RunStore(root).run_ids()[3]
    shutil.rmtree(root / removed)
    runs, _ = listed(root)
    assert len(runs) == COUNT - 1
    assert removed not in {run.id for run in runs}


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def changed_somewhere(content: bytes) -> bytes:
    return content.replace(b'"failed"', b'"succeeded"', 1)


def of_another_version(content: bytes) -> bytes:
    return b"9 " + content


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        changed_somewhere,
        of_another_version,
        lambda content: b"",
        lambda content: b"[]",
        lambda content: b"\0" * 64,
    ],
)
def test_an_index_that_is_wrong_is_made_anew(root: Path, damage: Callable[[bytes], bytes]) -> None:
    index = list_index(root)
    index.write_bytes(damage(index.read_bytes()))
    runs, read = listed(root)
    assert sorted(read) == sorted(run.id for run in runs)
    assert {run.state for run in runs} == {"failed"}
    assert listed(root)[1] == []


def test_runs_that_were_moved_with_their_index_lie_where_they_are_now(root: Path, tmp_path: Path) -> None:
    moved = root.rename(tmp_path / "moved")
    runs, _ = listed(moved)
    assert {Path(run.directory).parent for run in runs} == {moved}


def test_a_root_that_takes_no_index_is_listed_all_the_same(root: Path) -> None:
    list_index(root).unlink()
    list_index(root).mkdir()
    runs, read = listed(root)
    assert len(runs) == len(read) == COUNT


def test_what_most_of_an_answer_is_made_of_says_the_same_as_the_runs(root: Path) -> None:
    runs, _ = RunStore(root).listed()
    ended = [run for run in runs if isinstance(run, EndedRun)]
    assert len(ended) == COUNT
    for run in ended:
        assert decode(RunSummary, json.loads(run.json)) == run.summary
        assert run.state == run.summary.state


def made_older(root: Path) -> list[RunPaths]:
    """The runs of the index, behind newer ones that have ended too."""
    older = [RunPaths(root / run_id) for run_id in RunStore(root).run_ids()]
    for number in range(3):
        newer = make_run(root).directory.rename(root / f"29991231-23595{number}-first.sft-aaaa")
        RunRecord(RunPaths(newer)).transition("failed", attempt=1)
    return older


def goes_on(run: RunPaths) -> None:
    RunRecord(run).transition("queued", attempt=2)


def is_lost(run: RunPaths) -> None:
    goes_on(run)
    RunRecord(run).transition("starting", attempt=2)
    RunRecord(run).transition("lost", attempt=2)


@pytest.mark.parametrize("change", [goes_on, is_lost])
def test_an_older_run_that_is_not_over_is_listed_beside_the_newest(
    root: Path, change: Callable[[RunPaths], None]
) -> None:
    older = made_older(root)
    store = RunStore(root)
    assert len(store.listed(2)[0]) == 2
    change(older[5])
    # As by a store that knows the runs, so by one that does not.
    for each in (store, RunStore(root)):
        runs, total = each.listed(2)
        assert [run.id for run in runs][2:] == [older[5].run_id]
        assert total == COUNT + 3


def test_what_ended_long_ago_is_not_looked_at_again_until_something_changes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = made_older(root)
    store = RunStore(root)
    os.utime(root, ns=(0, 0))
    store.listed(2)
    looked_at: list[str] = []
    monkeypatch.setattr(store, "_found", lambda run_id, *others: looked_at.append(run_id))
    store.listed(2)
    assert looked_at == store.run_ids()[:2]
    goes_on(older[5])
    store.listed(2)
    assert older[5].run_id in looked_at
