"""What outlives the command of a run belongs to the run: it has not ended before that has."""

from pathlib import Path

from live_runs import live_run, wait_for
from tunewright_bridge.runs.record import is_live
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.tree import marked


def test_a_run_has_not_ended_while_a_supervisor_alone_ends_what_outlived_the_command(tmp_path: Path) -> None:
    patience = Patience(terminate_seconds=5.0)
    go_on = tmp_path / "go-on"
    options = ["--steps", "2", "--hold", str(go_on), "--workers", "1", "--workers-outlive"]
    ignored = ["--ignore", "SIGINT", "--ignore", "SIGTERM"]
    with live_run(tmp_path, *options, *ignored, patience=patience) as run:
        run.wait_for_steps(1)
        run.kill(run.recorder)
        go_on.touch()
        wait_for(run.attempt.exit.exists, "the exit record")
        assert marked(run.attempt)
        wait_for(lambda: not is_live(repair(run.paths).state), "the end")
        assert not marked(run.attempt)
        assert run.wait_for_end().state == "succeeded"
