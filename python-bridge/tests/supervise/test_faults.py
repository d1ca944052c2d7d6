"""kill -9 of everything that carries a run, one by one and together: the run goes on, and its state stays true."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from live_runs import IMPATIENT, LiveRun, engine_run, live_run, store_live_run, wait_for
from tunewright_bridge.protocol.run import RunEvent, RunState
from tunewright_bridge.runs.causes import cause, cause_text
from tunewright_bridge.runs.record import RunRecord, is_live
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.concluding import conclude
from tunewright_bridge.supervise.endings import End
from tunewright_bridge.supervise.starting import SupervisorError, start_supervisor
from tunewright_bridge.supervise.stop import request_stop
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.tree import carriers, marked, signal_all

LONG = ["--steps", "100", "--workers", "1"]


@pytest.fixture
def go_on(tmp_path: Path) -> Path:
    """Where it is made, a run that was given `held` goes on to its end; before that it has not ended, on no machine."""
    return tmp_path / "go-on"


def held(go_on: Path) -> list[str]:
    return ["--hold", str(go_on)]


def events_of(run: LiveRun, kind: str) -> list[RunEvent]:
    return [event for event in RunRecord(run.paths).events() if event.kind == kind]


def test_the_supervisor_is_killed_and_a_reader_adopts(tmp_path: Path, go_on: Path) -> None:
    with live_run(tmp_path, *LONG, *held(go_on)) as run:
        run.wait_for_state("running")
        run.kill(run.supervisor)
        began = time.monotonic()
        assert repair(run.paths).state == "running"
        # Five seconds are what is promised; a busy machine that tests gets more.
        assert time.monotonic() - began < 20
        assert run.generation == 2
        assert len(events_of(run, "adopted")) == 1
        go_on.touch()
        assert run.wait_for_end().state == "succeeded"
        assert len(run.metrics) == 100
        run.wait_until_nothing_lives()


def test_the_supervisor_is_killed_and_nobody_looks_until_the_end(tmp_path: Path, go_on: Path) -> None:
    with live_run(tmp_path, "--steps", "20", "--fail", "late trouble", *held(go_on)) as run:
        run.kill(run.supervisor)
        go_on.touch()
        wait_for(run.attempt.exit.exists, "the exit record")
        wait_for(lambda: not run.survivors, "the recorder's end")
        state = repair(run.paths)
        assert (state.state, state.reason) == ("failed", "ValueError: late trouble (exit code 1)")
        assert run.state == state
        assert run.generation == 1


def test_the_recorder_is_killed_and_the_exit_code_is_known_all_the_same(tmp_path: Path, go_on: Path) -> None:
    halfway = [*held(go_on), "--hold-at-step", "50"]
    with live_run(tmp_path, *LONG, "--exit-code", "7", "--print-each-step", "10", *halfway) as run:
        run.wait_for_steps(5)
        run.kill(run.recorder)
        go_on.touch()
        end = run.wait_for_end()
        assert end.state == "failed"
        assert "exit code 7" in (end.reason or "")
        assert len(run.metrics) == 100
        assert run.log == (b"x" * 10 + b"\n") * 100
        run.wait_until_nothing_lives()


def test_supervisor_and_recorder_are_killed_and_the_trainer_is_watched_by_its_id(tmp_path: Path, go_on: Path) -> None:
    halfway = [*held(go_on), "--hold-at-step", "50"]
    with live_run(tmp_path, *LONG, "--print-each-step", "10", *halfway) as run:
        run.wait_for_state("running")
        run.kill(run.supervisor)
        run.kill(run.recorder)
        assert repair(run.paths).state == "running"
        assert run.generation == 2
        go_on.touch()
        run.wait_for_steps(100)
        end = run.wait_for_end()
        # Nobody was the trainer's parent any more, so nobody knows its exit code.
        assert (end.state, end.reason) == ("lost", cause_text(cause("lost")))
        assert run.log == (b"x" * 10 + b"\n") * 100
        run.wait_until_nothing_lives()


@pytest.mark.parametrize(("exit_code", "state"), [(0, "succeeded"), (3, "failed")])
def test_the_engine_says_itself_how_it_ended_where_nobody_could_wait_for_it(
    tmp_path: Path, go_on: Path, exit_code: int, state: RunState
) -> None:
    values = {"max_steps": 20, "hold": str(go_on), "exit_code": exit_code}
    with engine_run(tmp_path, values) as run:
        run.wait_for_steps(1)
        run.kill(run.supervisor)
        run.kill(run.recorder)
        assert repair(run.paths).state in ("starting", "running")
        go_on.touch()
        assert run.wait_for_end().state == state
        assert not run.attempt.exit.exists()
        run.wait_until_nothing_lives()


MOMENTS: dict[str, Callable[[LiveRun], bool]] = {
    "the lease": lambda run: run.attempt.lease.exists(),
    "the first state": lambda run: run.state.state != "queued",
    "the recorder": lambda run: len(carriers(run.attempt)) > 1,
    "the recorder's word": lambda run: run.attempt.recorder.exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_all_who_carry_a_run_are_killed_while_it_starts(tmp_path: Path, moment: str) -> None:
    run = store_live_run(tmp_path, "--steps", "100000")
    try:
        starter = threading.Thread(target=_start, args=(run,))
        starter.start()
        wait_for(lambda: MOMENTS[moment](run), moment)
        while left := carriers(run.attempt):
            signal_all(left, signal.SIGKILL)
        starter.join()
        # What had its lease, or was begun, goes on; who was about to let the command begin took it along. A busy
        # machine may need more than one look for that.
        wait_for(lambda: repair(run.paths).state != "queued", "a start or an end")
        wait_for(lambda: bool(carriers(run.attempt)) or not is_live(repair(run.paths).state), "somebody who carries it")
        state = run.state
        assert state.attempt == 1
        if not is_live(state.state):
            assert state.cause is not None
            assert state.cause.code in ("never-started", "killed", "lost")
            wait_for(lambda: not marked(run.attempt), "the end of what the command had begun")
    finally:
        run.clean_up()


def _start(run: LiveRun) -> None:
    with suppress(SupervisorError):
        start_supervisor(run.paths, run.attempt, environment=os.environ)


def test_everything_is_killed_at_once(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "1000") as run:
        run.wait_for_state("running")
        for identity in (run.supervisor, run.recorder, run.trainer):
            run.kill(identity)
        state = repair(run.paths)
        assert (state.state, state.reason) == ("lost", cause_text(cause("lost")))
        assert run.state.state == "lost"


def test_everything_but_the_workers_is_killed(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "1000", "--workers", "2", "--workers-outlive") as run:
        run.wait_for_state("running")
        for identity in (run.supervisor, run.recorder, run.trainer):
            run.kill(identity)
        assert run.survivors
        assert repair(run.paths).state == "running"
        assert run.wait_for_end().state == "lost"
        run.wait_until_nothing_lives()


def test_a_zombie_is_dead(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    wait_for(lambda: Path(f"/proc/{child.pid}/stat").read_text().split()[2] == "Z", "a zombie")
    with live_run(tmp_path, "--steps", "1000") as run:
        run.wait_for_state("running")
        lease = json.loads(run.attempt.lease.read_text())
        stat = Path(f"/proc/{child.pid}/stat").read_text().split()
        run.kill(run.supervisor)
        lease["supervisor"] |= {"pid": child.pid, "startToken": stat[21]}
        run.attempt.lease.write_text(json.dumps(lease))
        repair(run.paths)
        assert run.generation == 2
    child.wait()


@pytest.mark.parametrize("change", [{"startToken": "1"}, {"bootId": "another"}])
def test_a_process_id_that_was_given_to_another_is_not_believed(tmp_path: Path, change: dict[str, str]) -> None:
    with live_run(tmp_path, "--steps", "1000") as run:
        run.wait_for_state("running")
        for identity in (run.supervisor, run.recorder, run.trainer):
            run.kill(identity)
        # The test itself lives under the id that the records name.
        for path, names in ((run.attempt.lease, ["supervisor"]), (run.attempt.recorder, ["recorder", "trainer"])):
            record = json.loads(path.read_text())
            for name in names:
                record[name] |= {"pid": os.getpid(), **change}
            path.write_text(json.dumps(record))
        state = repair(run.paths)
        assert state.state == "lost"
        assert ("restarted" in (state.reason or "")) == ("bootId" in change)


def test_a_run_of_another_machine_is_left_alone(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "1000") as run:
        run.wait_for_state("running")
        for identity in (run.supervisor, run.recorder, run.trainer):
            run.kill(identity)
        lease = json.loads(run.attempt.lease.read_text())
        lease["supervisor"] |= {"bootId": "another", "hostName": "another"}
        run.attempt.lease.write_text(json.dumps(lease))
        assert repair(run.paths).state == "running"
        assert run.generation == 1


def test_many_readers_adopt_once(tmp_path: Path, go_on: Path) -> None:
    with live_run(tmp_path, *LONG, *held(go_on)) as run:
        run.wait_for_state("running")
        run.kill(run.supervisor)
        code = f"""
            from pathlib import Path
            from tunewright_bridge.runs.layout import RunPaths
            from tunewright_bridge.supervise.adoption import repair
            print(repair(RunPaths(Path({str(run.paths.directory)!r}))).state)
        """
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        readers = [
            subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True, env=environment
            )
            for _ in range(4)
        ]
        assert [reader.communicate()[0].strip() for reader in readers] == ["running"] * 4
        assert run.generation == 2
        go_on.touch()
        assert run.wait_for_end().state == "succeeded"


def test_who_comes_to_an_end_that_somebody_else_has_stored_agrees(tmp_path: Path) -> None:
    run = store_live_run(tmp_path)
    record = RunRecord(run.paths)
    record.transition("lost", attempt=1, cause=cause("lost"))
    before = run.paths.events.read_bytes()
    state = conclude(
        run.paths,
        run.attempt,
        End("lost", cause("restarted")),
        only_from=["running", "lost"],
        environment={},
        patience=IMPATIENT,
    )
    assert (state.state, state.cause) == ("lost", cause("lost"))
    assert run.paths.events.read_bytes() == before


def test_the_launching_process_and_its_group_are_killed(tmp_path: Path) -> None:
    run = store_live_run(tmp_path, "--steps", "100")
    code = f"""
        import os, time
        from pathlib import Path
        from tunewright_bridge.runs.layout import RunPaths
        from tunewright_bridge.supervise.starting import start_supervisor
        paths = RunPaths(Path({str(run.paths.directory)!r}))
        start_supervisor(paths, paths.attempt(1), environment=os.environ)
        print("started", flush=True)
        time.sleep(60)
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)],
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        ) as launcher:
            assert launcher.stdout is not None
            assert launcher.stdout.readline() == b"started\n"
            os.killpg(launcher.pid, signal.SIGKILL)
        assert run.wait_for_end().state == "succeeded"
        assert len(run.metrics) == 100
        assert run.generation == 1
    finally:
        run.clean_up()


def test_a_run_that_nobody_started_is_not_queued_for_ever(tmp_path: Path) -> None:
    run = store_live_run(tmp_path)
    wait_for(lambda: repair(run.paths).state == "failed", "the truth")
    assert run.state.cause == cause("never-started")


def test_a_stop_reaches_a_run_whose_supervisor_was_killed(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "1000", "--workers", "1") as run:
        run.wait_for_state("running")
        run.kill(run.supervisor)
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"
        run.wait_until_nothing_lives()


def test_a_stop_of_a_run_whose_carriers_were_both_killed_is_a_stop(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "1000", "--workers", "1") as run:
        run.wait_for_state("running")
        run.kill(run.supervisor)
        run.kill(run.recorder)
        request_stop(run.paths, "a test")
        end = run.wait_for_end()
        assert (end.state, end.reason) == ("cancelled", "stopped by a test")
        run.wait_until_nothing_lives()


def test_secrets_stay_secret_after_both_carriers_were_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = tmp_path / "go-on"
    code = (
        "import os, time\n"
        f"while not os.path.exists({str(go_on)!r}): time.sleep(0.01)\n"
        "print(os.environ['HUB_TOKEN'], flush=True)\n"
    )
    with live_run(tmp_path, arguments=[sys.executable, "-c", code], secrets={"HUB_TOKEN": "hf_0123456"}) as run:
        run.kill(run.supervisor)
        run.kill(run.recorder)
        monkeypatch.delenv("HUB_TOKEN", raising=False)
        repair(run.paths)
        go_on.write_text("")
        run.wait_for_end()
        assert run.log == b"***\n"


def test_a_stop_under_way_survives_its_supervisor(tmp_path: Path) -> None:
    endless = Patience(interrupt_seconds=600.0)
    with live_run(tmp_path, "--steps", "100000", "--ignore", "SIGINT", "--workers", "1", patience=endless) as run:
        run.wait_for_state("running")
        request_stop(run.paths, "a test")
        run.wait_for_state("stopping")
        run.kill(run.supervisor)
        # The one who adopts is as patient as usual, so ask again until it hurries.
        repair(run.paths)
        wait_for(lambda: run.generation == 2, "the adoption")
        run.stop_impatiently()
        assert run.state.state == "cancelled"
        run.wait_until_nothing_lives()
