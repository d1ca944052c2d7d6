"""A stop that waits for the next checkpoint: nothing that was trained is lost, and nobody waits for ever."""

import re
from pathlib import Path

import pytest

from live_runs import LiveRun, engine_run, live_run, wait_for
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import StateRecord, StopRequest
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.stop import request_stop
from tunewright_bridge.supervise.stop_requests import complete_checkpoints
from tunewright_bridge.supervise.stopping import Patience

ENDLESS: dict[str, object] = {"max_steps": 10_000, "save_steps": 10, "save_seconds": 0.2, "seconds_per_step": 0.05}
# Nobody ends by force what a test looks at.
PATIENT = Patience(interrupt_seconds=600.0)


def checkpoints_of(run: LiveRun) -> list[int]:
    return [checkpoint.step for checkpoint in complete_checkpoints(run.attempt)]


def step_of_stop(end: StateRecord) -> int:
    """Of the checkpoint for which it waited."""
    said = re.fullmatch(r"stopped by a test once checkpoint-(\d+) was complete", end.reason or "")
    assert said is not None, end
    return int(said[1])


def wait_for_checkpoints(run: LiveRun, count: int) -> None:
    wait_for(lambda: len(checkpoints_of(run)) >= count, f"{count} checkpoints")


def test_it_ends_when_the_next_checkpoint_is_complete_and_not_before(tmp_path: Path) -> None:
    with engine_run(tmp_path, ENDLESS) as run:
        run.wait_for_state("running")
        wait_for_checkpoints(run, 1)
        before = checkpoints_of(run)[0]
        state = request_stop(run.paths, "a test", when="next-checkpoint")
        assert state.state == "running"
        newest_then = read_record(StopRequest, run.attempt.stop).after_step
        assert newest_then is not None
        assert newest_then >= before
        end = run.wait_for_end()
        assert end.state == "cancelled"
        assert step_of_stop(end) in checkpoints_of(run)
        assert step_of_stop(end) > newest_then
        run.wait_until_nothing_lives()
        states = [event.state for event in RunRecord(run.paths).events() if event.state]
        assert states[-2:] == ["stopping", "cancelled"]


def test_it_waits_for_the_first_checkpoint_of_all(tmp_path: Path) -> None:
    # There is no second one.
    with engine_run(tmp_path, {**ENDLESS, "hold": str(tmp_path / "never"), "hold_at_step": 11}) as run:
        assert request_stop(run.paths, "a test", when="next-checkpoint").state in ("starting", "running")
        end = run.wait_for_end()
        assert (end.state, step_of_stop(end)) == ("cancelled", 10)
        assert checkpoints_of(run) == [10]


def test_a_run_that_ends_before_is_as_it_ended(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    values = {**ENDLESS, "max_steps": 10, "save_steps": 0, "hold": str(go_on)}
    with engine_run(tmp_path, values) as run:
        request_stop(run.paths, "a test", when="next-checkpoint")
        go_on.touch()
        assert run.wait_for_end().state == "succeeded"
    go_on.unlink()
    (tmp_path / "failing").mkdir()
    with engine_run(tmp_path / "failing", {**values, "hold_at_step": 3, "fail_at_step": 3}) as run:
        request_stop(run.paths, "a test", when="next-checkpoint")
        go_on.touch()
        end = run.wait_for_end()
        assert (end.state, end.cause and end.cause.code) == ("failed", "engine-error")


def test_a_run_whose_last_checkpoint_it_was_has_succeeded(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    with engine_run(tmp_path, {**ENDLESS, "max_steps": 10, "hold": str(go_on), "hold_at_step": 10}) as run:
        request_stop(run.paths, "a test", when="next-checkpoint")
        go_on.touch()
        assert run.wait_for_end().state in ("succeeded", "cancelled")
        assert checkpoints_of(run) == [10]


def test_a_stop_at_once_overrides_it(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**ENDLESS, "save_steps": 0}) as run:
        run.wait_for_steps(1)
        request_stop(run.paths, "one", when="next-checkpoint")
        request_stop(run.paths, "another", when="next-checkpoint")
        assert read_record(StopRequest, run.attempt.stop).by == "one"
        assert request_stop(run.paths, "a third").state == "stopping"
        end = run.wait_for_end()
        assert (end.state, end.reason) == ("cancelled", "stopped by a third")
        assert read_record(StopRequest, run.attempt.stop).when is None


def test_waiting_does_not_undo_a_stop_at_once(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**ENDLESS, "save_steps": 0, "ignore": "SIGINT"}, patience=PATIENT) as run:
        run.wait_for_steps(1)
        request_stop(run.paths, "one")
        request_stop(run.paths, "another", when="next-checkpoint")
        run.stop_impatiently()
        assert run.state.reason == "stopped by one"


def test_it_survives_the_supervisor_that_waited(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    with engine_run(tmp_path, {**ENDLESS, "hold": str(go_on), "hold_at_step": 2}) as run:
        run.wait_for_steps(1)
        request_stop(run.paths, "a test", when="next-checkpoint")
        run.kill(run.supervisor)
        assert repair(run.paths).state in ("starting", "running")
        go_on.touch()
        assert step_of_stop(run.wait_for_end()) in checkpoints_of(run)
        assert run.generation == 2


def test_a_stop_that_was_under_way_survives_its_supervisor_and_goes_on_at_once(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**ENDLESS, "ignore": "SIGINT"}, patience=PATIENT) as run:
        request_stop(run.paths, "a test", when="next-checkpoint")
        run.wait_for_state("stopping")
        reason = run.state.reason
        run.kill(run.supervisor)
        repair(run.paths)
        run.stop_impatiently()
        assert (run.state.state, run.state.reason) == ("cancelled", reason)


def test_a_waiting_stop_is_no_crash_that_is_retried(tmp_path: Path) -> None:
    with engine_run(tmp_path, ENDLESS, retries=5) as run:
        request_stop(run.paths, "a test", when="next-checkpoint")
        assert run.wait_for_end().state == "cancelled"
        assert run.state.attempt == 1


def test_a_task_that_saves_nothing_is_not_waited_for(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "10000", task="deploy") as run:
        with pytest.raises(BridgeError, match="saves no checkpoints"):
            request_stop(run.paths, "a test", when="next-checkpoint")
        assert not run.attempt.stop.exists()
