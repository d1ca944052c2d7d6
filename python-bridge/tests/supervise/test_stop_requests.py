"""What several who ask for a stop get together, and that none is stored after the end."""

from pathlib import Path

import pytest

from made_checkpoints import write_checkpoint
from made_runs import make_run
from tunewright_bridge.engine.swift import checkpoints
from tunewright_bridge.engine.swift.trainer_state import TrainerState, read_trainer_state
from tunewright_bridge.protocol.alert import Alert, HealthAction
from tunewright_bridge.protocol.run import StopRequest
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.exits import write_exit
from tunewright_bridge.supervise.stop_requests import awaited_checkpoint, is_end_wanted, store_stop


@pytest.fixture
def paths(tmp_path: Path) -> RunPaths:
    return make_run(tmp_path)


def alert(action: HealthAction) -> Alert:
    return Alert(id="nan", kind="nan", severity="alert", attempt=1, at_ms=1, values={}, action=action)


NOW = StopRequest(format=1, requested_at_ms=1, by="one")
ALSO_NOW = StopRequest(format=1, requested_at_ms=2, by="two")
AT_CHECKPOINT = StopRequest(format=1, requested_at_ms=3, by="three", when="next-checkpoint", after_step=10)
ALARMED = StopRequest(format=1, requested_at_ms=4, by="an alert", alert=alert("resume"))


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (NOW, ALSO_NOW, NOW),
        (NOW, AT_CHECKPOINT, NOW),
        (AT_CHECKPOINT, ALSO_NOW, ALSO_NOW),
        (AT_CHECKPOINT, AT_CHECKPOINT, AT_CHECKPOINT),
        # A run that a person wants to end does not go on by itself, whoever asked first.
        (NOW, ALARMED, NOW),
        (ALARMED, NOW, NOW),
        (AT_CHECKPOINT, ALARMED, StopRequest(format=1, requested_at_ms=3, by="three")),
        (ALARMED, AT_CHECKPOINT, StopRequest(format=1, requested_at_ms=3, by="three")),
        (ALARMED, ALARMED, ALARMED),
    ],
)
def test_what_two_get(paths: RunPaths, first: StopRequest, second: StopRequest, together: StopRequest) -> None:
    record, attempt = RunRecord(paths), paths.attempt(1)
    assert store_stop(record, attempt, first) == first
    assert store_stop(record, attempt, second) == together
    asked = [event.detail for event in record.events() if event.kind == "stop-requested"]
    assert asked == [first.by, second.by]


def test_a_person_is_heard_after_the_end_as_well_and_an_alert_is_not(paths: RunPaths) -> None:
    record, attempt = RunRecord(paths), paths.attempt(1)
    write_exit(attempt, code=1)
    store_stop(record, attempt, ALARMED)
    assert not is_end_wanted(record, attempt)
    store_stop(record, attempt, NOW)
    assert is_end_wanted(record, attempt)
    assert not attempt.stop.exists()


def test_a_person_is_heard_while_what_an_alert_wanted_ends(paths: RunPaths) -> None:
    record, attempt = RunRecord(paths), paths.attempt(1)
    store_stop(record, attempt, ALARMED)
    write_exit(attempt, code=1)
    assert not is_end_wanted(record, attempt)
    assert store_stop(record, attempt, NOW) is None
    assert is_end_wanted(record, attempt)


def test_an_alert_whose_request_the_end_has_overtaken_is_no_person(paths: RunPaths) -> None:
    record, attempt = RunRecord(paths), paths.attempt(1)
    store_stop(record, attempt, ALARMED)
    # Killed, or too late, between its event and its file.
    attempt.stop.unlink()
    assert not is_end_wanted(record, attempt)


def test_an_alert_that_stopped_a_run_is_no_person(paths: RunPaths) -> None:
    record, attempt = RunRecord(paths), paths.attempt(1)
    store_stop(record, attempt, ALARMED)
    assert not is_end_wanted(record, attempt)
    store_stop(record, attempt, NOW)
    assert is_end_wanted(record, attempt)


def test_what_has_ended_is_not_stopped(paths: RunPaths) -> None:
    write_exit(paths.attempt(1), code=0)
    assert store_stop(RunRecord(paths), paths.attempt(1), NOW) is None
    assert not paths.attempt(1).stop.exists()


def test_who_waits_for_a_checkpoint_opens_only_a_new_one(paths: RunPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = paths.attempt(1)
    opened: list[Path] = []

    def read(path: Path) -> TrainerState:
        opened.append(path)
        return read_trainer_state(path)

    monkeypatch.setattr(checkpoints, "read_trainer_state", read)
    for step in (5, 10):
        write_checkpoint(attempt.output, step)
    assert awaited_checkpoint(attempt, AT_CHECKPOINT) is None
    assert opened == []
    newest = write_checkpoint(attempt.output, 15)
    found = awaited_checkpoint(attempt, AT_CHECKPOINT)
    assert found is not None
    assert found.path == str(newest)
    assert opened == [newest]
