"""That a run's files say something true whenever whoever changes them is killed, at any system call."""

import json
import shutil
from pathlib import Path

import pytest

from kills import killed_before_each_call
from made_runs import make_run, prepared_run
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import RunState
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.creation import NewAttempt
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.record import AttemptEnd, RunRecord, TransitionError
from tunewright_bridge.runs.store import RunStore


@pytest.fixture
def paths(tmp_path: Path) -> RunPaths:
    return make_run(tmp_path / "runs")


def put_back(paths: RunPaths, saved: Path) -> None:
    shutil.rmtree(paths.directory)
    shutil.copytree(saved, paths.directory)


def saved(paths: RunPaths, tmp_path: Path) -> Path:
    return Path(shutil.copytree(paths.directory, tmp_path / "saved"))


def attempt_for(attempt: AttemptPaths) -> NewAttempt:
    made = prepared_run(attempt).attempt
    return NewAttempt(
        resolved_text=made.resolved_text, command=made.command, provenance=made.provenance, number=attempt.number
    )


def begin(paths: RunPaths) -> AttemptPaths:
    record = RunRecord(paths)
    return record.begin_attempt(attempt_for(record.next_attempt()), cause=cause("resumed", checkpoint="c", step=7))


def test_a_change_of_state_happens_or_does_not(paths: RunPaths, tmp_path: Path) -> None:
    before = saved(paths, tmp_path)
    found: set[RunState] = set()
    for _ in killed_before_each_call(lambda: RunRecord(paths).transition("starting", attempt=1)):
        state = RunRecord(paths).catch_up()
        found.add(state.state)
        assert RunRecord(paths).state() == state
        if state.state == "queued":
            RunRecord(paths).transition("starting", attempt=1)
        # A torn event may stand between them, and is nobody's.
        assert [event.state for event in RunRecord(paths).events()] == ["queued", "starting"]
        put_back(paths, before)
    assert found == {"queued", "starting"}


def test_a_new_attempt_begins_whole_or_not_at_all(paths: RunPaths, tmp_path: Path) -> None:
    RunRecord(paths).transition("failed", attempt=1)
    before = saved(paths, tmp_path)
    found: set[tuple[str, int]] = set()
    for _ in killed_before_each_call(lambda: begin(paths)):
        state = RunRecord(paths).catch_up()
        found.add((state.state, state.attempt))
        if state.state == "failed":
            assert [attempt.number for attempt in RunStore(paths.directory.parent).detail(paths).attempts] == [1]
            assert begin(paths) == paths.attempt(2)
        detail = RunStore(paths.directory.parent).detail(paths)
        assert [attempt.number for attempt in detail.attempts] == [1, 2]
        assert detail.attempts[1].output_directory == str(paths.attempt(2).output)
        assert (detail.summary.state, detail.summary.attempt) == ("queued", 2)
        assert sorted(path.name for path in paths.attempts.iterdir()) == ["1", "2"]
        put_back(paths, before)
    assert found == {("failed", 1), ("queued", 2)}


def test_an_attempt_ends_and_the_next_begins_in_one_step(paths: RunPaths, tmp_path: Path) -> None:
    RunRecord(paths).transition("starting", attempt=1)
    before = saved(paths, tmp_path)
    found: set[tuple[str, int]] = set()

    def end_and_begin() -> None:
        record = RunRecord(paths)
        new = attempt_for(record.next_attempt())
        record.begin_attempt(new, cause=None, after=AttemptEnd(attempt=1, state="failed", cause=cause("killed")))

    for _ in killed_before_each_call(end_and_begin):
        state = RunRecord(paths).catch_up()
        found.add((state.state, state.attempt))
        if state.attempt == 1:
            end_and_begin()
        ends = [event.cause for event in RunRecord(paths).events() if event.state == "failed"]
        assert ends == [cause("killed")]
        assert RunRecord(paths).state().attempt == 2
        put_back(paths, before)
    assert found == {("starting", 1), ("queued", 2)}


def test_an_attempt_that_has_ended_does_not_end_once_more(paths: RunPaths) -> None:
    record = RunRecord(paths)
    record.transition("cancelled", attempt=1)
    before = paths.events.read_bytes()
    with pytest.raises(TransitionError):
        record.begin_attempt(
            attempt_for(record.next_attempt()),
            cause=None,
            after=AttemptEnd(attempt=1, state="failed", cause=None),
        )
    assert paths.events.read_bytes() == before


def test_a_new_run_is_stored_whole_or_not_at_all(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    counts: set[int] = set()
    for _ in killed_before_each_call(lambda: make_run(root)):
        runs, total = RunStore(root).list()
        assert len(runs) == total
        counts.add(total)
        for run in runs:
            assert RunStore(root).detail(RunStore(root).get(run.id)).config_text
        make_run(root)
        assert RunStore(root).list()[1] == total + 1
        shutil.rmtree(root)
    assert counts == {0, 1}


def test_an_attempt_of_a_run_that_lives_is_refused(paths: RunPaths) -> None:
    with pytest.raises(BridgeError) as caught:
        begin(paths)
    assert caught.value.code == "run-live"
    assert [path.name for path in paths.attempts.iterdir()] == ["1"]


def test_an_attempt_that_was_made_for_another_number_does_not_begin(paths: RunPaths) -> None:
    record = RunRecord(paths)
    record.transition("failed", attempt=1)
    late = attempt_for(record.next_attempt())
    begin(paths)
    record.transition("failed", attempt=2)
    with pytest.raises(BridgeError, match="3 is the next one"):
        record.begin_attempt(late, cause=None)
    assert record.state().attempt == 2


def test_a_new_attempt_says_why_it_began(paths: RunPaths) -> None:
    record = RunRecord(paths)
    record.transition("failed", attempt=1)
    begin(paths)
    state = record.state()
    assert (state.state, state.attempt, state.reason) == ("queued", 2, "goes on from c at step 7")
    assert state.cause == cause("resumed", checkpoint="c", step=7)
    assert [(event.kind, event.attempt) for event in record.events()][-2:] == [("attempt", 2), ("state", 2)]


def test_a_line_that_follows_rubbish_is_found(paths: RunPaths) -> None:
    with paths.events.open("ab") as file:
        file.write(b"\0" * 5000 + b"\n")
    record = RunRecord(paths)
    record.transition("starting", attempt=1)
    event = {"atMs": 9, "attempt": 1, "kind": "state", "state": "running", "detail": "x" * 10_000}
    with paths.events.open("a") as file:
        file.write(json.dumps(event) + "\n")
    assert record.catch_up().state == "running"
