"""Runs that wait in a queue under real supervisors: they start in order, on free devices, and on no others."""

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from live_runs import IMPATIENT, LiveRun, live_run, wait_for
from queued_runs import QueueHost
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.processes import is_alive
from tunewright_bridge.supervise.starting import SupervisorError, start_supervisor
from tunewright_bridge.supervise.stop import request_stop


def test_one_run_at_a_time_and_the_next_soon_after_it(host: QueueHost) -> None:
    first = host.hold("first")
    second = host.start("second")
    third = host.start("third")
    assert [run.state.state for run in (second, third)] == ["queued", "queued"]
    assert host.waiting() == ["second", "third"]
    wait_for(lambda: host.reason("second") == "devices-held", "the reason")
    wait_for(lambda: host.reason("third") == "turn", "the reason of the next one")
    host.let_go("first")
    first.wait_for_end()
    ended_at = time.monotonic()
    host.wait_until_begun("second")
    # Two seconds are what is promised; a busy machine that tests gets more.
    assert time.monotonic() - ended_at < 20
    assert third.wait_for_end().state == "succeeded"
    assert second.wait_for_end().state == "succeeded"
    assert host.begun == ["first", "second", "third"]
    wait_for(lambda: host.queues.summaries() == [], "that nothing is left of the queue")


def test_a_run_without_a_queue_starts_at_once_and_holds_nothing(host: QueueHost) -> None:
    host.hold("first")
    code = "import os, sys; sys.exit('TUNEWRIGHT_DEVICES' in os.environ)"
    with live_run(host.workspace, arguments=["python3", "-c", code]) as other:
        assert other.wait_for_end().state == "succeeded"


def test_a_move_changes_who_starts_next(host: QueueHost) -> None:
    host.hold("first")
    runs = {name: host.start(name) for name in ("a", "b", "c")}
    host.queues.move(runs["c"].paths.directory.parent, runs["c"].paths.run_id, 1)
    host.queues.move(runs["a"].paths.directory.parent, runs["a"].paths.run_id, 3)
    assert host.waiting() == ["c", "b", "a"]
    host.let_go("first")
    for run in runs.values():
        run.wait_for_end()
    assert host.begun == ["first", "c", "b", "a"]


def test_each_run_gets_devices_of_its_own(two_cards: QueueHost) -> None:
    two_cards.hold("a")
    two_cards.hold("b", queue="another")
    assert two_cards.devices_of("a") == ("GPU-0", "0")
    assert two_cards.devices_of("b") == ("GPU-1", "1")
    two_cards.start("both", devices=2)
    two_cards.start("one")
    two_cards.let_go("b")
    wait_for(lambda: two_cards.entries("another") == [], "the end of b")
    # The wide one is first and waits for both.
    assert two_cards.waiting() == ["both", "one"]
    two_cards.let_go("a")
    for run in two_cards.runs:
        assert run.wait_for_end().state == "succeeded"
    assert two_cards.begun[2:] == ["both", "one"]
    assert two_cards.devices_of("both") == ("GPU-0,GPU-1", "0,1")


def test_devices_that_a_config_names_are_the_ones_that_are_held(two_cards: QueueHost) -> None:
    two_cards.hold("pinned", resolved_text="ENV:\n  CUDA_VISIBLE_DEVICES: 1\n")
    # The launcher sets what the config says; this stand-in has none.
    assert two_cards.devices_of("pinned") == ("GPU-1", "-")
    two_cards.start("pinned too", environment={"CUDA_VISIBLE_DEVICES": "1"})
    two_cards.start("free")
    assert two_cards.waiting() == ["pinned", "free"]
    two_cards.let_go("pinned")
    two_cards.wait_until_begun("free")


def test_the_environment_limits_the_choice(two_cards: QueueHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    two_cards.hold("a")
    assert two_cards.devices_of("a") == ("GPU-1", "1")
    two_cards.start("b")
    wait_for(lambda: two_cards.reason("b") == "devices-held", "the reason")
    two_cards.let_go("a")


def test_cards_that_other_programs_use_are_left_alone(two_cards: QueueHost) -> None:
    two_cards.use_cards([0.5, 0.05])
    two_cards.hold("a")
    assert two_cards.devices_of("a") == ("GPU-1", "1")
    run = two_cards.start("b")
    wait_for(lambda: two_cards.reason("b") == "devices-busy", "the reason")
    two_cards.use_cards([0.0, 0.05])
    two_cards.wait_until_begun("b")
    assert two_cards.devices_of("b") == ("GPU-0", "0")
    assert run.wait_for_end().state == "succeeded"
    two_cards.let_go("a")


def test_a_driver_that_does_not_answer_is_waited_for(two_cards: QueueHost) -> None:
    two_cards.hold("a", devices=2)
    run = two_cards.start("b")
    two_cards.break_driver()
    two_cards.let_go("a")
    wait_for(lambda: two_cards.reason("b") == "devices-unknown", "the reason")
    assert run.state.state == "queued"
    with pytest.raises(SupervisorError, match="do not answer"):
        two_cards.start("c")
    two_cards.use_cards([0.0, 0.0])
    assert run.wait_for_end().state == "succeeded"
    assert two_cards.devices_of("b") == ("GPU-0", "0")


def test_more_devices_than_the_host_has_are_refused(two_cards: QueueHost) -> None:
    with pytest.raises(
        SupervisorError, match=r"wants 3 devices and only 2 can be used .* set tunewright\.devices to 2"
    ):
        two_cards.start("wide", devices=3)
    (run,) = two_cards.runs
    assert run.state.state == "failed"
    assert "wants 3 devices" in (run.state.reason or "")
    wait_for(lambda: two_cards.queues.summaries() == [], "that nothing is left of the queue")


def test_a_run_that_waits_is_stopped_at_once(host: QueueHost) -> None:
    host.hold("first")
    second = host.start("second")
    third = host.start("third")
    assert request_stop(second.paths, "a test").state == "cancelled"
    wait_for(lambda: host.waiting() == ["third"], "that it has left the queue")
    wait_for(lambda: not second.survivors, "the end of its supervisor")
    host.let_go("first")
    assert third.wait_for_end().state == "succeeded"
    assert host.begun == ["first", "third"]
    assert second.state.reason == "stopped by a test"


def test_runs_of_several_workspaces_share_a_queue(host: QueueHost, tmp_path: Path) -> None:
    host.hold("first")
    (tmp_path / "elsewhere").mkdir()
    second = host.start("second", workspace=tmp_path / "elsewhere")
    assert host.waiting() == ["second"]
    host.let_go("first")
    assert second.wait_for_end().state == "succeeded"


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_a_deleted_run_holds_up_nobody(host: QueueHost, state: str) -> None:
    first = host.hold("first")
    second = host.start("second")
    third = host.start("third")
    deleted = second if state == "waiting" else first
    carriers = [first.supervisor, first.recorder, first.trainer] if state == "running" else [second.supervisor]
    # Its supervisor may be writing into it.
    wait_for(lambda: not removed(deleted).exists(), "the removal")
    wait_for(lambda: not any(map(is_alive, carriers)), "the end of those who carried the run")
    if state == "waiting":
        wait_for(lambda: host.waiting() == ["third"], "that it has left the queue")
        host.let_go("first")
    else:
        host.wait_until_begun("second")
    assert third.wait_for_end().state == "succeeded"


def removed(run: LiveRun) -> Path:
    shutil.rmtree(run.paths.directory, ignore_errors=True)
    return run.paths.directory


def test_a_retry_keeps_its_place_and_lets_others_go_first_meanwhile(host: QueueHost) -> None:
    # The second attempt is the engine's, which is not there.
    crashing = host.store("crashing", "--exit-code", "3", retries=1)
    patience = replace(IMPATIENT, retry_seconds=20.0)
    start_supervisor(crashing.paths, crashing.attempt, environment=os.environ, patience=patience)
    host.wait_until_begun("crashing")
    wait_for(lambda: crashing.state.attempt == 2, "the retry")
    wait_for(lambda: host.reason("crashing") == "retry", "the reason")
    wait_for(lambda: host.waiting() == ["crashing"], "that it has given back its device")
    host.hold("second")
    third = host.start("third")
    assert host.waiting() == ["crashing", "third"]
    wait_for(lambda: host.reason("crashing") != "retry", "the end of its back-off", seconds=60)
    host.let_go("second")
    third.wait_for_end()
    assert started_at(crashing, attempt=2) < started_at(third, attempt=1)
    assert host.begun == ["crashing", "second", "third"]


def started_at(run: LiveRun, *, attempt: int) -> int:
    """When it left the queue."""
    events = RunRecord(run.paths).events()
    return next(event.at_ms for event in events if (event.attempt, event.state) == (attempt, "starting"))
