"""A run that crashes goes on by itself from its last checkpoint, as often as it may and as long as that helps."""

import os
import signal
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from live_runs import IMPATIENT, LiveRun, engine_run, wait_for
from tunewright_bridge.protocol.config import AlertActions, HealthPolicy
from tunewright_bridge.protocol.run import AttemptCommand, RunCauseCode, RunState
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord, is_live
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.stop import request_stop
from tunewright_bridge.supervise.stopping import Patience

TRAINING: dict[str, object] = {"max_steps": 12, "save_steps": 3, "seconds_per_step": 0.02}
# Long enough that nobody starts again what a test looks at.
PATIENT_RETRY = Patience(interrupt_seconds=1.0, terminate_seconds=1.0, retry_seconds=600.0)


def states_of(run: LiveRun) -> list[tuple[int, RunState]]:
    return [(event.attempt, event.state) for event in RunRecord(run.paths).events() if event.state is not None]


def steps_of(run: LiveRun, attempt: int) -> list[int]:
    output = Path(read_record(AttemptCommand, run.paths.attempt(attempt).command).output_directory)
    lines = (output / "logging.jsonl").read_text().splitlines()
    return [int(line.rpartition('max_steps": "')[2].partition("/")[0]) for line in lines]


def wait_for_final(run: LiveRun) -> RunCauseCode | None:
    """Waits for an end after which no attempt follows; what it says."""
    end = run.wait_for_end()
    return None if end.cause is None else end.cause.code


def test_a_crash_goes_on_from_the_last_checkpoint(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    values = {**TRAINING, "fail_at_step": 8, "fail_once": str(tmp_path / "failed")}
    with engine_run(tmp_path, {**values, "hold": str(go_on), "hold_at_step": 8}, retries=2) as run:
        run.wait_for_state("running")
        go_on.touch()
        run.go_to_attempt(2)
        queued = run.state
        assert run.wait_for_end().state == "succeeded"
        assert steps_of(run, 1) == [1, 2, 3, 4, 5, 6, 7]
        assert steps_of(run, 2) == [7, 8, 9, 10, 11, 12]
        assert states_of(run) == [
            (1, "queued"),
            (1, "starting"),
            (1, "running"),
            (1, "failed"),
            (2, "queued"),
            (2, "starting"),
            # Five steps may be over before anybody has seen the first.
            *[(2, "running")] * ((2, "running") in states_of(run)),
            (2, "succeeded"),
        ]
        if queued.state == "queued":
            assert queued.reason == "attempt 1 ended early; the next one starts in 0.3 s from step 6"
        run.wait_until_nothing_lives()


def test_without_a_checkpoint_it_begins_anew(tmp_path: Path) -> None:
    values = {**TRAINING, "save_steps": 0, "fail_at_step": 4, "fail_once": str(tmp_path / "failed")}
    with engine_run(tmp_path, values, retries=1) as run:
        run.go_to_attempt(2)
        assert run.wait_for_end().state == "succeeded"
        assert steps_of(run, 2) == list(range(1, 13))


def test_what_fails_the_same_way_at_the_same_step_is_not_tried_for_ever(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**TRAINING, "fail_at_step": 8}, retries=20) as run:
        run.go_to_attempt(2)
        assert wait_for_final(run) == "same-failure"
        assert run.state.attempt == 2
        # Of two processes, whose ids are in the message.
        assert "at step 7" in (run.state.reason or "")
        assert "ValueError: step 8 went wrong" in (run.state.reason or "")


def test_a_run_that_may_not_retry_fails_at_once(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**TRAINING, "fail_at_step": 8}) as run:
        assert wait_for_final(run) == "engine-error"
        assert run.state.attempt == 1


def test_retries_are_used_up(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**TRAINING, "max_steps": 10_000}, retries=1) as run:
        for attempt in (1, 2):
            run.go_to_attempt(attempt)
            run.wait_for_state("running")
            run.wait_for_steps(attempt)
            run.kill(run.trainer)
        assert wait_for_final(run) in ("retries-used-up", "same-failure")
        assert (run.state.state, run.state.attempt) == ("failed", 2)


def test_a_stop_is_no_crash(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**TRAINING, "max_steps": 10_000}, retries=5) as run:
        run.wait_for_steps(1)
        request_stop(run.paths, "a test")
        assert wait_for_final(run) == "stopped"
        assert (run.state.state, run.state.attempt) == ("cancelled", 1)


def test_a_run_that_was_to_end_at_a_checkpoint_and_crashes_before_does_not_go_on(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    values = {**TRAINING, "save_steps": 0, "fail_at_step": 4, "hold": str(go_on), "hold_at_step": 4}
    with engine_run(tmp_path, values, retries=5) as run:
        run.wait_for_steps(1)
        request_stop(run.paths, "a test", when="next-checkpoint")
        go_on.touch()
        assert wait_for_final(run) == "engine-error"
        assert (run.state.state, run.state.attempt) == ("failed", 1)


def test_a_stop_that_comes_after_the_crash_keeps_the_run_from_going_on(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    values = {**TRAINING, "fail_at_step": 2, "hold": str(go_on), "hold_at_step": 2}
    with engine_run(tmp_path, values, retries=5) as run:
        os.kill(run.supervisor.pid, signal.SIGSTOP)
        go_on.touch()
        wait_for(run.attempt.exit.exists, "the crash")
        # The request finds the exit record, and wakes the supervisor.
        request_stop(run.paths, "a test")
        assert wait_for_final(run) == "engine-error"
        assert (run.state.state, run.state.attempt) == ("failed", 1)


def test_a_run_that_waits_for_its_retry_is_stopped_at_once(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**TRAINING, "fail_at_step": 2}, retries=5, patience=PATIENT_RETRY) as run:
        run.go_to_attempt(2)
        wait_for(run.attempt.lease.exists, "its supervisor")
        assert request_stop(run.paths, "a test").state == "cancelled"
        run.wait_until_nothing_lives()
        assert not run.attempt.recorder.exists()
        assert run.state.state == "cancelled"


def test_a_waiting_retry_whose_supervisor_was_killed_is_adopted_and_starts(tmp_path: Path) -> None:
    values = {**TRAINING, "fail_at_step": 8, "fail_once": str(tmp_path / "failed")}
    with engine_run(tmp_path, values, retries=5, patience=PATIENT_RETRY) as run:
        run.go_to_attempt(2)
        wait_for(run.attempt.lease.exists, "its supervisor")
        run.kill(run.supervisor)
        # As if the back-off had passed meanwhile; the wait itself is not what is looked at.
        command = run.attempt.command.read_text().replace('"startAfterSeconds": 600.0', '"startAfterSeconds": 0.1')
        run.attempt.command.write_text(command)
        repair(run.paths)
        assert run.generation == 2
        assert run.wait_for_end().state == "succeeded"


def test_a_stop_of_a_waiting_retry_whose_supervisor_was_killed_starts_nothing(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**TRAINING, "fail_at_step": 2}, retries=5, patience=PATIENT_RETRY) as run:
        run.go_to_attempt(2)
        wait_for(run.attempt.lease.exists, "its supervisor")
        run.kill(run.supervisor)
        assert request_stop(run.paths, "a test").state == "cancelled"
        assert run.generation == 1
        assert not run.attempt.recorder.exists()


def test_whoever_looks_first_at_a_crash_that_nobody_saw_starts_the_next_attempt(tmp_path: Path) -> None:
    with engine_run(tmp_path, {**TRAINING, "max_steps": 10_000}, retries=1) as run:
        run.wait_for_steps(7)
        for identity in (run.supervisor, run.recorder, run.trainer):
            run.kill(identity)
        assert repair(run.paths, patience=IMPATIENT).attempt == 2
        # Whether it was seen running before it was killed is not the point.
        states = states_of(run)
        assert states[states.index((1, "lost")) + 1] == (2, "queued")
        queued = next(event for event in RunRecord(run.paths).events() if event.attempt == 2 and event.state)
        assert queued.cause is not None
        assert queued.cause.code == "retry"
        assert int(queued.cause.values["step"]) >= 6
        run.go_to_attempt(2)
        run.wait_for_state("running")


def test_a_secret_that_nobody_knows_any_more_ends_the_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_TOKEN", raising=False)
    values = {**TRAINING, "fail_at_step": 2, "hub_token": "${env:HUB_TOKEN}"}
    with engine_run(tmp_path, values, retries=5, secrets={"HUB_TOKEN": "hf_0123"}, patience=PATIENT_RETRY) as run:
        run.go_to_attempt(2)
        wait_for(run.attempt.lease.exists, "its supervisor")
        run.kill(run.supervisor)
        repair(run.paths)
        assert wait_for_final(run) == "secret-missing"
        assert "HUB_TOKEN" in (run.state.reason or "")
        assert not run.attempt.recorder.exists()


def test_a_retry_knows_the_secrets_of_the_attempt_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_TOKEN", raising=False)
    failed = tmp_path / "failed"
    values = {**TRAINING, "fail_at_step": 2, "fail_once": str(failed), "hub_token": "${env:HUB_TOKEN}"}
    with engine_run(tmp_path, values, retries=5, secrets={"HUB_TOKEN": "hf_0123"}) as run:
        run.go_to_attempt(2)
        assert run.wait_for_end().state == "succeeded"
        for path in run.paths.directory.rglob("*"):
            assert not path.is_file() or b"hf_0123" not in path.read_bytes(), path


def test_an_alert_that_resumes_goes_on_from_before_it(tmp_path: Path) -> None:
    health = HealthPolicy(alerts=AlertActions(nan="resume"))
    values = {**TRAINING, "max_steps": 10_000, "nan_at_step": 8, "seconds_per_step": 0.3}
    with engine_run(tmp_path, values, health=health) as run:
        run.go_to_attempt(2)
        ends = [event for event in RunRecord(run.paths).events() if event.state == "cancelled"]
        assert [(event.attempt, event.cause and event.cause.code) for event in ends] == [(1, "stopped-by-alert")]
        point = read_record(AttemptCommand, run.attempt.command).resumed_from
        assert point is not None
        assert point.step == 6
        run.wait_for_state("running")
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"


def test_a_crash_after_a_loss_that_is_no_number_goes_on_from_before_that(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    values = {
        **TRAINING,
        "max_steps": 10_000,
        "nan_at_step": 8,
        "fail_at_step": 20,
        "fail_once": str(tmp_path / "failed"),
    }
    with engine_run(tmp_path, {**values, "hold": str(go_on), "hold_at_step": 20}, retries=1) as run:
        # It does nothing by itself.
        wait_for(run.attempt.health.exists, "the alert")
        go_on.touch()
        run.go_to_attempt(2)
        point = read_record(AttemptCommand, run.attempt.command).resumed_from
        assert point is not None
        assert point.step == 6
        run.wait_for_state("running")
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"


def test_a_retry_outlives_whoever_was_killed_while_it_began(tmp_path: Path) -> None:
    """The supervisor is killed at every moment between the end of one attempt and the start of the next."""
    for delay_ms in range(0, 200, 50):
        workspace = tmp_path / str(delay_ms)
        workspace.mkdir()
        values = {**TRAINING, "fail_at_step": 5, "fail_once": str(workspace / "failed")}
        with engine_run(workspace, values, retries=3) as run:
            wait_for(run.attempt.exit.exists, "the end of the first attempt")
            time.sleep(delay_ms / 1000)
            with suppress(ProcessLookupError):
                os.kill(run.supervisor.pid, signal.SIGKILL)
            wait_for(partial(_looks_done, run), "the end, for somebody who looks")
            assert run.state.state == "succeeded"
            assert run.state.attempt == 2


def _looks_done(run: LiveRun) -> bool:
    return not is_live(repair(run.paths, patience=IMPATIENT).state)
