"""The state machine of a run, and that its changes survive a writer that dies between two writes."""

import json
import threading
from pathlib import Path
from typing import get_args

import pytest

from made_runs import make_run
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import RUN_TRANSITIONS, RunEvent, RunState
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import LIVE_STATES, RunRecord, TransitionError, check_transition

STATES: tuple[RunState, ...] = get_args(RunState)
FORBIDDEN = [(source, to) for source in STATES for to in STATES if to not in RUN_TRANSITIONS[source]]
ALLOWED = [(source, to) for source in STATES for to in STATES if to in RUN_TRANSITIONS[source]]


@pytest.fixture
def paths(tmp_path: Path) -> RunPaths:
    return make_run(tmp_path / ".tunewright" / "runs")


def put_into(paths: RunPaths, state: RunState) -> RunRecord:
    event = {"atMs": 5, "attempt": 1, "kind": "state", "state": state}
    paths.events.write_text(json.dumps(event) + "\n")
    record = {"format": 1, "state": state, "attempt": 1, "sinceMs": 5}
    paths.state.write_text(json.dumps(record))
    return RunRecord(paths)


@pytest.mark.parametrize(("source", "to"), FORBIDDEN)
def test_a_step_that_is_not_in_the_machine_is_refused_and_leaves_no_trace(
    paths: RunPaths, source: RunState, to: RunState
) -> None:
    record = put_into(paths, source)
    before = paths.events.read_bytes(), paths.state.read_bytes()
    with pytest.raises(TransitionError):
        record.transition(to, attempt=1)
    assert (paths.events.read_bytes(), paths.state.read_bytes()) == before


@pytest.mark.parametrize(("source", "to"), ALLOWED)
def test_a_step_of_the_machine_is_taken(paths: RunPaths, source: RunState, to: RunState) -> None:
    record = put_into(paths, source)
    because = cause("engine-error", error="it broke", exitCode=3)
    assert record.transition(to, attempt=1, cause=because).state == to
    state, event = record.state(), record.events()[-1]
    assert (state.state, state.reason, state.cause) == (to, "it broke (exit code 3)", because)
    assert (event.state, event.detail, event.cause) == (to, "it broke (exit code 3)", because)


def test_the_machine_only_ends_where_nothing_lives() -> None:
    for state in LIVE_STATES:
        assert RUN_TRANSITIONS[state], f"{state} leads nowhere"
    with pytest.raises(TransitionError):
        check_transition("succeeded", "running")


def test_a_change_whose_writer_died_before_the_state_file_is_completed(paths: RunPaths) -> None:
    record = put_into(paths, "starting")
    event = {"atMs": 9, "attempt": 1, "kind": "state", "state": "running"}
    with paths.events.open("a") as file:
        file.write(json.dumps(event) + "\n")
    assert record.state().state == "starting"
    assert record.catch_up().state == "running"
    assert record.state().since_ms == 9


def test_looking_whether_a_change_is_to_be_completed_touches_nothing(paths: RunPaths) -> None:
    record = put_into(paths, "running")
    paths.lock.unlink(missing_ok=True)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in paths.directory.iterdir())
    assert record.catch_up().state == "running"
    assert sorted((path.name, path.stat().st_mtime_ns) for path in paths.directory.iterdir()) == before


def test_a_torn_event_is_closed_and_forgotten(paths: RunPaths) -> None:
    record = put_into(paths, "starting")
    with paths.events.open("a") as file:
        file.write('{"atMs": 9, "attempt": 1, "ki')
    record.transition("running", attempt=1)
    assert [event.state for event in record.events()] == ["starting", "running"]


def test_a_change_that_was_cut_short_at_any_byte_happened_or_did_not(paths: RunPaths) -> None:
    record = put_into(paths, "starting")
    before, old_state = paths.events.read_bytes(), paths.state.read_bytes()
    record.transition("running", attempt=1, cause=cause("found-alive"))
    whole = paths.events.read_bytes()
    found: list[RunState] = []
    for end in range(len(before), len(whole) + 1):
        paths.events.write_bytes(whole[:end])
        paths.state.write_bytes(old_state)
        found.append(record.catch_up().state)
        assert record.state().state == found[-1]
        if found[-1] == "starting":
            record.transition("running", attempt=1, cause=cause("found-alive"))
        record.note(RunEvent(at_ms=10, attempt=1, kind="note", detail="hello"))
        assert [(event.kind, event.state) for event in record.events()] == [
            ("state", "starting"),
            ("state", "running"),
            ("note", None),
        ]
    # Only the end of the line may be missing.
    assert found == ["starting"] * (len(whole) - len(before) - 1) + ["running"] * 2


def test_a_note_does_not_hide_a_change_that_was_not_completed(paths: RunPaths) -> None:
    record = put_into(paths, "starting")
    with paths.events.open("a") as file:
        file.write(json.dumps({"atMs": 9, "attempt": 1, "kind": "state", "state": "running"}) + "\n")
    record.note(RunEvent(at_ms=10, attempt=1, kind="note", detail="hello"))
    assert record.state().state == "running"


def test_only_the_first_of_many_ends_counts(paths: RunPaths) -> None:
    put_into(paths, "running")
    ends: list[RunState] = ["succeeded", "failed", "cancelled", "lost"] * 5
    threads = [threading.Thread(target=RunRecord(paths).settle, args=(end,), kwargs={"attempt": 1}) for end in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = RunRecord(paths).events()
    assert len(events) == 2
    assert events[-1].state == RunRecord(paths).state().state


def test_two_who_find_the_same_loss_agree(paths: RunPaths) -> None:
    record = put_into(paths, "running")
    for _ in range(2):
        found = record.advance("lost", attempt=1, only_from=LIVE_STATES | {"lost"})
        assert found.state == "lost"
    assert [event.state for event in record.events() if event.state == "lost"] == ["lost"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', "\x00\x01"])
def test_a_broken_state_file_is_reported_and_kept(paths: RunPaths, content: str) -> None:
    paths.state.write_text(content)
    with pytest.raises(BridgeError) as caught:
        RunRecord(paths).state()
    assert caught.value.code == "run-directory-unreadable"
    assert paths.state.read_text() == content
