"""The real engine under our supervision, data-parallel: its workers are in sessions of their own, and none survives."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from live_runs import LiveRun, wait_for
from tunewright_bridge.executors.submit import submit_run
from tunewright_bridge.protocol.bridge import StartRunParams
from tunewright_bridge.runs.layout import RunPaths, runs_root
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.stop import request_stop

pytestmark = [pytest.mark.engine, pytest.mark.long]

SAMPLE = Path(__file__).parents[3] / "samples" / "first-run"
_ENGINE_SECONDS = 240.0


@pytest.fixture
def run(tmp_path: Path) -> Iterator[LiveRun]:
    """The sample, on two processes and endless."""
    interpreter = os.environ["TUNEWRIGHT_ENGINE_PYTHON"]
    workspace = Path(shutil.copytree(SAMPLE, tmp_path / "workspace", ignore=shutil.ignore_patterns("model")))
    subprocess.run([interpreter, "make_model.py"], cwd=workspace, check=True)
    config = workspace / "spread.sft.yaml"
    text = (workspace / "first.sft.yaml").read_text().replace("max_steps: 400", "max_steps: 100000")
    config.write_text(text + "\nparallel_strategy: ddp\nuse_cpu: true\nddp_backend: gloo\ntunewright: {devices: 2}\n")
    root = runs_root(workspace)
    params = StartRunParams(root=str(root), config_path=str(config), interpreter=interpreter)
    live = LiveRun(RunPaths(Path(submit_run(params, environment=os.environ).directory)))
    yield live
    live.clean_up()


def test_training_outlives_whoever_carries_it_and_a_stop_leaves_nothing(run: LiveRun) -> None:
    metrics = run.attempt.output / "logging.jsonl"
    wait_for(metrics.exists, "the first metric", seconds=_ENGINE_SECONDS)
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
