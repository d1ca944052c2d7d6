"""Stopping: gently, firmly, during the start, twice; and nothing survives."""

import os
import re
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from live_runs import live_run, store_live_run, wait_for
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import ExitRecord, StopRequest
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.processes import identity_of, is_alive
from tunewright_bridge.supervise.stop import request_stop
from tunewright_bridge.supervise.stopping import Patience

ENDLESS = ["--steps", "100000", "--workers", "2"]
# An interrupt is obeyed, however slow the machine is.
PATIENT = Patience(interrupt_seconds=600.0)


def test_a_gentle_stop_interrupts(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS, patience=PATIENT) as run:
        run.wait_for_steps(3)
        assert request_stop(run.paths, "a test").state == "stopping"
        end = run.wait_for_end()
        assert (end.state, end.reason) == ("cancelled", "stopped by a test")
        run.wait_until_nothing_lives()
        assert b"KeyboardInterrupt" in run.log
        assert all(line.endswith("}") for line in run.metrics)
        assert [event.state for event in RunRecord(run.paths).events() if event.state][-2:] == [
            "stopping",
            "cancelled",
        ]


@pytest.mark.parametrize(("ignored", "signal_number"), [(["SIGINT"], 15), (["SIGINT", "SIGTERM"], 9)])
def test_a_trainer_that_does_not_obey_is_ended_with_all_its_workers(
    tmp_path: Path, ignored: list[str], signal_number: int
) -> None:
    options = [option for name in ignored for option in ("--ignore", name)]
    with live_run(tmp_path, *ENDLESS, "--workers-outlive", *options) as run:
        run.wait_for_steps(1)
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"
        run.wait_until_nothing_lives()
        assert read_record(ExitRecord, run.attempt.exit).signal == signal_number


def test_workers_in_sessions_of_their_own_do_not_survive_a_trainer_that_obeys(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS, "--workers-outlive") as run:
        run.wait_for_steps(1)
        # Supervisor, recorder, trainer, and two workers with a child each.
        wait_for(lambda: len(run.survivors) == 7, "all seven")
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"
        run.wait_until_nothing_lives()


def test_loaders_in_the_trainers_own_group_do_not_survive_it(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS, "--loaders", "3", "--workers-outlive", "--ignore", "SIGTERM") as run:
        run.wait_for_steps(1)
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"
        run.wait_until_nothing_lives()


def test_a_served_model_gives_its_port_back(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with live_run(tmp_path, "--serve", str(port_file), *ENDLESS, task="deploy") as run:
        wait_for(lambda: port_file.exists() and port_file.read_text() != "", "the port")
        port = int(port_file.read_text())
        socket.create_connection(("127.0.0.1", port)).close()
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_processes_that_hide_their_origin_do_not_survive(tmp_path: Path) -> None:
    """A child that clears its environment and loses its parent is still below whoever recorded the run."""
    code = (
        "import os, subprocess, sys, time\n"
        "hidden = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "how = 'env={}, start_new_session=True, stdout=subprocess.DEVNULL'\n"
        "middle = f'import subprocess; print(subprocess.Popen({hidden!r}, {how}).pid)'\n"
        "print('hidden', subprocess.check_output([sys.executable, '-c', middle], text=True).strip(), flush=True)\n"
        "time.sleep(600)\n"
    )
    with live_run(tmp_path, arguments=[sys.executable, "-c", code]) as run:
        # The number may come in a piece of its own.
        wait_for(lambda: re.fullmatch(rb"hidden \d+\n", run.log) is not None, "the hidden process")
        hidden = identity_of(int(run.log.split()[1]))
        assert is_alive(hidden)
        run.kill(run.recorder)
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"
        assert not is_alive(hidden)


def test_two_windows_that_stop_at_once_stop_it_once(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS) as run:
        run.wait_for_state("running")
        code = f"""
            from pathlib import Path
            from tunewright_bridge.runs.layout import RunPaths
            from tunewright_bridge.supervise.stop import request_stop
            request_stop(RunPaths(Path({str(run.paths.directory)!r})), "a window")
        """
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        windows = [
            subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], env=environment, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        for window in windows:
            said = window.communicate()[1].decode()
            assert said == "" or "already ended" in said
        end = run.wait_for_end()
        assert (end.state, end.reason) == ("cancelled", "stopped by a window")
        states = [event.state for event in RunRecord(run.paths).events() if event.state]
        assert states == ["queued", "starting", "running", "stopping", "cancelled"]


def test_a_stop_after_the_machine_was_restarted_finds_the_run_lost(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS) as run:
        run.wait_for_state("running")
        for identity in (run.supervisor, run.recorder, run.trainer):
            run.kill(identity)
        run.clean_up()
        for path in (run.attempt.lease, run.attempt.recorder):
            path.write_text(re.sub(r'"bootId": "[^"]*"', '"bootId": "another"', path.read_text()))
        with pytest.raises(BridgeError) as caught:
            request_stop(run.paths, "a test")
        assert caught.value.values["state"] == "lost"
        assert (run.state.cause and run.state.cause.code) == "restarted"


def test_a_stop_during_the_start(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    options = ["--ready", str(ready), "--seconds-per-step", "60", "--steps", "1"]
    with live_run(tmp_path, *options) as run:
        wait_for(ready.exists, "the trainer")
        assert run.state.state == "starting"
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"
        run.wait_until_nothing_lives()


def test_a_stop_at_once_after_the_start(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS) as run:
        request_stop(run.paths, "a test")
        assert run.wait_for_end().state == "cancelled"
        run.wait_until_nothing_lives()


def test_a_stop_before_the_start(tmp_path: Path) -> None:
    run = store_live_run(tmp_path)
    assert request_stop(run.paths, "a test").state == "cancelled"


def test_asking_twice_keeps_the_first_request_and_hurries(tmp_path: Path) -> None:
    patience = Patience(interrupt_seconds=600.0, terminate_seconds=600.0)
    with live_run(tmp_path, *ENDLESS, "--ignore", "SIGINT", "--ignore", "SIGTERM", patience=patience) as run:
        run.wait_for_steps(1)
        request_stop(run.paths, "first")
        request_stop(run.paths, "second, at once: the same impatience")
        time.sleep(0.3)
        assert run.state.state == "stopping"
        run.stop_impatiently()
        end = run.state
        assert (end.state, end.reason) == ("cancelled", "stopped by first")
        assert read_record(StopRequest, run.attempt.stop).by == "first"
        run.wait_until_nothing_lives()


def test_a_run_that_has_ended_cannot_be_stopped(tmp_path: Path) -> None:
    with live_run(tmp_path) as run:
        run.wait_for_end()
        with pytest.raises(BridgeError) as caught:
            request_stop(run.paths, "a test")
        assert caught.value.code == "run-not-live"
        assert caught.value.values == {"run": run.paths.run_id, "state": "succeeded"}


def test_a_stop_that_comes_too_late_changes_no_success(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    with live_run(tmp_path, "--steps", "1", "--hold", str(go_on)) as run:
        run.kill(run.supervisor)
        go_on.touch()
        wait_for(run.attempt.exit.exists, "the exit record")
        wait_for(lambda: not run.survivors, "the recorder's end")
        with pytest.raises(BridgeError) as caught:
            request_stop(run.paths, "a test")
        assert caught.value.values["state"] == "succeeded"
        assert run.state.state == "succeeded"
