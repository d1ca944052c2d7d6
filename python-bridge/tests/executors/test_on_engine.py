"""The real engine under our supervision, data-parallel: its workers are in sessions of their own, and none survives."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from live_runs import LiveRun, wait_for
from tunewright_bridge.executors.submit import submit_run
from tunewright_bridge.protocol.bridge import StartRunParams
from tunewright_bridge.runs.layout import RunPaths, runs_root
from tunewright_bridge.runs.record import is_live
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.resuming import plan_resume
from tunewright_bridge.supervise.stop import request_stop

pytestmark = [pytest.mark.engine, pytest.mark.long]

SAMPLE = Path(__file__).parents[3] / "samples" / "first-run"
_ENGINE_SECONDS = 240.0


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The sample with its model."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "workspace", ignore=shutil.ignore_patterns("model")))
    subprocess.run([os.environ["TUNEWRIGHT_ENGINE_PYTHON"], "make_model.py"], cwd=folder, check=True)
    return folder


@contextmanager
def sample_run(workspace: Path, changes: Mapping[str, object]) -> Iterator[LiveRun]:
    """The sample, started, with some of its values changed."""
    values = {**yaml.safe_load((workspace / "first.sft.yaml").read_text()), **changes}
    config = workspace / "changed.sft.yaml"
    config.write_text(yaml.safe_dump(values))
    interpreter = os.environ["TUNEWRIGHT_ENGINE_PYTHON"]
    params = StartRunParams(root=str(runs_root(workspace)), config_path=str(config), interpreter=interpreter)
    live = LiveRun(RunPaths(Path(submit_run(params, environment=os.environ).directory)))
    try:
        yield live
    finally:
        live.clean_up()


@pytest.fixture
def spread_run(workspace: Path) -> Iterator[LiveRun]:
    """The sample, on two processes and endless."""
    spread = {"parallel_strategy": "ddp", "use_cpu": True, "ddp_backend": "gloo", "tunewright": {"devices": 2}}
    with sample_run(workspace, {"max_steps": 100000, **spread}) as run:
        yield run


def wait_for_metrics(run: LiveRun) -> None:
    wait_for((run.attempt.output / "logging.jsonl").exists, "the first metric", seconds=_ENGINE_SECONDS)


def test_the_engine_says_how_it_ended_where_nobody_was_left_to_wait_for_it(workspace: Path) -> None:
    with sample_run(workspace, {"max_steps": 40}) as run:
        wait_for(run.attempt.recorder.exists, "the command")
        for identity in (run.recorder, run.supervisor):
            run.kill(identity)
        repair(run.paths)
        wait_for(lambda: not is_live(run.state.state), "the end", seconds=_ENGINE_SECONDS)
        assert run.state.state == "succeeded"
        assert not run.attempt.exit.exists()
        run.wait_until_nothing_lives()


def test_a_stop_waits_until_a_checkpoint_is_whole(workspace: Path) -> None:
    changes = {"max_steps": 100000, "save_strategy": "steps", "save_steps": 20, "save_only_model": False}
    with sample_run(workspace, changes) as run:
        wait_for_metrics(run)
        request_stop(run.paths, "a test", when="next-checkpoint")
        wait_for(lambda: not is_live(run.state.state), "the end", seconds=_ENGINE_SECONDS)
        assert (run.state.state, run.state.cause and run.state.cause.code) == ("cancelled", "stopped-at-checkpoint")
        plan = plan_resume(run.paths)
        assert plan.errors == []
        assert plan.preflight.point.step % 20 == 0
        run.wait_until_nothing_lives()


def test_training_outlives_whoever_carries_it_and_a_stop_leaves_nothing(spread_run: LiveRun) -> None:
    run = spread_run
    wait_for_metrics(run)
    run.wait_for_state("running")
    assert len(run.survivors) == 5  # supervisor, recorder, torchrun and its two workers
    for identity in (run.recorder, run.supervisor):
        run.kill(identity)
    assert repair(run.paths).state == "running"
    run.wait_for_steps(len(run.metrics) + 2)
    request_stop(run.paths, "a test")
    wait_for(lambda: run.state.state != "stopping", "the end", seconds=_ENGINE_SECONDS)
    assert run.state.state == "cancelled"
    run.wait_until_nothing_lives()
