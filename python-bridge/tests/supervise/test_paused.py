"""SIGSTOP: whoever was halted is woken where the truth or a stop needs it."""

import os
import signal
from pathlib import Path

from live_runs import live_run, wait_for
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.processes import look_up
from tunewright_bridge.supervise.stop import request_stop

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
    with live_run(tmp_path, "--steps", "40", "--print-each-step", "100000") as run:
        run.wait_for_state("running")
        pause(run.recorder)
        assert run.wait_for_end().state == "succeeded"
        assert len(run.log) == 40 * 100_001


def test_a_stop_reaches_a_halted_supervisor_recorder_and_trainer(tmp_path: Path) -> None:
    with live_run(tmp_path, *ENDLESS) as run:
        run.wait_for_steps(1)
        for identity in (run.supervisor, run.recorder, run.trainer):
            pause(identity)
        assert request_stop(run.paths, "a test").state == "stopping"
        assert run.wait_for_end().state == "cancelled"
        run.wait_until_nothing_lives()
        assert b"KeyboardInterrupt" in run.log
