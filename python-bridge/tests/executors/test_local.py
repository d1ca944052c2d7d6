"""The executor of this machine: what it says of a run that could not be started, and of one that lives all the same."""

import os
from pathlib import Path

import pytest

from live_runs import IMPATIENT, store_live_run
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.executors.local import LocalExecutor
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.starting import start_supervisor


def test_a_run_that_somebody_else_has_started_is_in_good_hands(tmp_path: Path) -> None:
    run = store_live_run(tmp_path, "--steps", "100000")
    try:
        start_supervisor(run.paths, run.attempt, environment=os.environ, patience=IMPATIENT)
        LocalExecutor().submit(run.paths, run.attempt, environment=os.environ)
        assert run.generation == 1
        assert run.state.state in ("starting", "running")
    finally:
        run.clean_up()


def test_a_run_that_was_cancelled_meanwhile_is_refused_and_stays_cancelled(tmp_path: Path) -> None:
    run = store_live_run(tmp_path, "--steps", "100000")
    RunRecord(run.paths).transition("cancelled", attempt=1)
    with pytest.raises(BridgeError, match="cancelled already"):
        LocalExecutor().submit(run.paths, run.attempt, environment=os.environ)
    assert run.state.state == "cancelled"
    run.wait_until_nothing_lives()
