"""SIGSTOP: whoever was halted is woken where the truth or a stop needs it."""

import os
import signal
import threading
from pathlib import Path

from live_runs import IMPATIENT, live_run, store_live_run, wait_for
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.runs.durable import locked
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.processes import ProcessEntry, look_up
from tunewright_bridge.supervise.starting import start_supervisor
from tunewright_bridge.supervise.stop import request_stop
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.tree import carriers, signal_all

ENDLESS = ["--steps", "100000", "--workers", "1"]


def pause(identity: ProcessIdentity) -> None:
    os.kill(identity.pid, signal.SIGSTOP)
    wait_for(lambda: is_paused(identity), "the halt")


def is_paused(identity: ProcessIdentity) -> bool:
    entry = look_up(identity.pid)
    return entry is not None and entry.is_paused


def test_a_halted_supervisor_goes_on_when_somebody_looks(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS) as run:
        run.wait_for_state("running")
        pause(run.supervisor)
        assert repair(run.paths).state == "running"
        wait_for(lambda: not is_paused(run.supervisor), "the supervisor")
        assert run.generation == 1


def test_the_end_of_a_run_is_told_although_both_carriers_were_halted(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS) as run:
        run.wait_for_state("running")
        pause(run.supervisor)
        pause(run.recorder)
        os.kill(run.trainer.pid, signal.SIGKILL)
        repair(run.paths)
        end = run.wait_for_end()
        assert (end.state, end.cause and end.cause.code) == ("failed", "killed")
        run.wait_until_nothing_lives()


def test_a_halted_recorder_holds_up_no_output_for_long(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    options = ["--steps", "40", "--print-each-step", "100000", "--hold", str(go_on), "--hold-at-step", "2"]
    with live_run(tmp_path, *options) as run:
        run.wait_for_state("running")
        # Not waited for: its supervisor may wake it before anybody sees it halted.
        os.kill(run.recorder.pid, signal.SIGSTOP)
        go_on.touch()
        assert run.wait_for_end().state == "succeeded"
        assert len(run.log) == 40 * 100_001


def test_a_stop_reaches_a_halted_supervisor_recorder_and_trainer(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS, patience=Patience(interrupt_seconds=600.0)) as run:
        run.wait_for_steps(1)
        for identity in (run.supervisor, run.recorder, run.trainer):
            pause(identity)
        assert request_stop(run.paths, "a test").state == "stopping"
        assert run.wait_for_end().state == "cancelled"
        run.wait_until_nothing_lives()
        assert b"KeyboardInterrupt" in run.log


def test_who_was_halted_before_it_said_who_it_is_goes_on_when_somebody_looks(tmp_path: Path) -> None:
    run = store_live_run(tmp_path, *ENDLESS)

    def start() -> None:
        start_supervisor(run.paths, run.attempt, environment=os.environ, patience=IMPATIENT)

    starting = threading.Thread(target=start)
    try:
        # Who waits for the lock gets no further than to its lease.
        with locked(run.paths.lock):
            starting.start()
            wait_for(lambda: bool(carriers(run.attempt)), "the supervisor")
            signal_all(carriers(run.attempt), signal.SIGSTOP)
        assert not run.attempt.recorder.exists()
        wait_for(lambda: repair(run.paths).state == "running", "the first step")
        starting.join()
        assert run.generation == 1
    finally:
        run.clean_up()


def test_a_recorder_that_is_halted_at_its_birth_needs_nobody_who_looks(tmp_path: Path) -> None:
    run = store_live_run(tmp_path, *ENDLESS)

    def newborn_recorders() -> list[ProcessEntry]:
        if not run.attempt.lease.exists():
            return []
        below = [entry for entry in carriers(run.attempt) if entry.parent == run.supervisor.pid]
        # Until it has become a program of its own, its parent is halted with it.
        return [entry for entry in below if b"supervise.recorder" in command_line_of(entry.pid)]

    def start() -> None:
        start_supervisor(run.paths, run.attempt, environment=os.environ, patience=IMPATIENT)

    starting = threading.Thread(target=start)
    try:
        starting.start()
        wait_for(lambda: bool(newborn_recorders()), "the recorder")
        signal_all(newborn_recorders(), signal.SIGSTOP)
        run.wait_for_state("running")
        starting.join()
        assert run.generation == 1
    finally:
        run.clean_up()


def command_line_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
