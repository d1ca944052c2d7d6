"""The real engine under our supervision, killed with all that carries it, and gone on with: one process, and two."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from live_runs import LiveRun, wait_for
from tunewright_bridge.executors.resume import preflight, resume_run
from tunewright_bridge.executors.submit import submit_run
from tunewright_bridge.protocol.bridge import PreflightParams, ResumeRunParams, StartRunParams
from tunewright_bridge.runs.layout import RunPaths, runs_root
from tunewright_bridge.supervise.tree import marked, signal_all

pytestmark = [pytest.mark.engine, pytest.mark.long]

SAMPLE = Path(__file__).parents[3] / "samples" / "first-run"
_ENGINE_SECONDS = 300.0
_STEPS = 60
_TWO_PROCESSES = "parallel_strategy: ddp\nuse_cpu: true\nddp_backend: gloo\ntunewright: {devices: 2}\n"


class Workspace:
    """The sample with a config of its own."""

    def __init__(self, folder: Path, own_keys: str) -> None:
        self.interpreter = os.environ["TUNEWRIGHT_ENGINE_PYTHON"]
        self.folder = Path(shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("model", ".tunewright")))
        subprocess.run([self.interpreter, "make_model.py"], cwd=folder, check=True)
        text = (folder / "first.sft.yaml").read_text()
        changes = {"max_steps: 400": f"max_steps: {_STEPS}", "save_steps: 200": "save_steps: 20"}
        for old, new in {**changes, "logging_steps: 5": "logging_steps: 1", "eval_strategy: steps": ""}.items():
            assert old in text
            text = text.replace(old, new)
        self.config = folder / "short.sft.yaml"
        self.config.write_text(f"{text}\n{own_keys}")
        self.root = runs_root(folder)
        self.runs: list[LiveRun] = []

    def start(self) -> LiveRun:
        params = StartRunParams(root=str(self.root), config_path=str(self.config), interpreter=self.interpreter)
        self.runs.append(LiveRun(RunPaths(Path(submit_run(params, environment=os.environ).directory))))
        return self.runs[-1]


@pytest.fixture(params=["", _TWO_PROCESSES], ids=["one process", "two processes"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    found = Workspace(tmp_path / "workspace", request.param)
    yield found
    for run in found.runs:
        run.clean_up()


def losses(run: LiveRun) -> dict[int, float]:
    rows = [json.loads(line) for line in run.metrics]
    return {int(row["global_step/max_steps"].partition("/")[0]): row["loss"] for row in rows if "loss" in row}


def wait_for_end(run: LiveRun) -> None:
    wait_for(lambda: run.state.state in ("succeeded", "failed"), "the end", seconds=_ENGINE_SECONDS)
    assert run.state.state == "succeeded", run.log[-4000:]
    run.wait_until_nothing_lives()


def test_a_run_that_lost_everything_goes_on_from_its_checkpoint(workspace: Workspace) -> None:
    undisturbed = workspace.start()
    wait_for_end(undisturbed)
    expected = losses(undisturbed)

    run = workspace.start()
    state = run.attempt.output / "checkpoint-20" / "trainer_state.json"
    wait_for(state.exists, "a checkpoint", seconds=_ENGINE_SECONDS)
    run.wait_for_steps(22)
    for identity in (run.supervisor, run.recorder):
        run.kill(identity)
    while left := marked(run.attempt):
        signal_all(left, signal.SIGKILL)
    root, run_id = str(workspace.root), run.paths.run_id
    found = preflight(PreflightParams(root=root, run_id=run_id), environment=os.environ)
    assert found.checks == []
    assert found.point.step % 20 == 0

    resume_run(ResumeRunParams(root=root, run_id=run_id), environment=os.environ)
    run.attempt = run.paths.attempt(2)
    wait_for_end(run)
    later = losses(run)
    assert sorted(later) == list(range(found.next_step, _STEPS + 1))
    # Two processes add up in an order of their own.
    assert list(later.values()) == pytest.approx([expected[step] for step in later], rel=1e-3)
