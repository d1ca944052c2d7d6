"""The real engine, really diverging under our supervision: its alert is out in time and takes it to an end."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from live_runs import LiveRun, wait_for
from supervise.health.live_health import ALERT_SECONDS, told
from tunewright_bridge.executors.submit import submit_run
from tunewright_bridge.protocol.bridge import StartRunParams
from tunewright_bridge.runs.layout import RunPaths, runs_root

pytestmark = [pytest.mark.engine, pytest.mark.long]

SAMPLE = Path(__file__).parents[4] / "samples" / "first-run"
_ENGINE_SECONDS = 240.0
_DIVERGING = """
logging_steps: 1
optim: sgd
max_grad_norm: 1.0e+30
tunewright:
  health:
    alerts:
      nan: stop
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[LiveRun]:
    """The sample with a learning rate that destroys it at the first step."""
    interpreter = os.environ["TUNEWRIGHT_ENGINE_PYTHON"]
    workspace = Path(shutil.copytree(SAMPLE, tmp_path / "workspace", ignore=shutil.ignore_patterns("model")))
    subprocess.run([interpreter, "make_model.py"], cwd=workspace, check=True)
    text = (workspace / "first.sft.yaml").read_text()
    for before, after in [
        ("learning_rate: 0.002", "learning_rate: 1.0e+18"),
        ("warmup_ratio: 0.05", "warmup_ratio: 0.0"),
        ("max_steps: 400", "max_steps: 100000"),
        ("logging_steps: 5\n", ""),
    ]:
        assert before in text
        text = text.replace(before, after)
    config = workspace / "diverging.sft.yaml"
    config.write_text(text + _DIVERGING)
    params = StartRunParams(root=str(runs_root(workspace)), config_path=str(config), interpreter=interpreter)
    live = LiveRun(RunPaths(Path(submit_run(params, environment=os.environ).directory)))
    yield live
    live.clean_up()


def test_a_run_that_diverges_is_told_in_time_and_stopped(run: LiveRun) -> None:
    metrics = run.attempt.output / "logging.jsonl"
    wait_for(lambda: metrics.exists() and b"NaN" in metrics.read_bytes(), "a NaN in the log", seconds=_ENGINE_SECONDS)
    seen_at = time.monotonic()
    wait_for(lambda: any(alert.kind == "nan" for alert in told(run)), "the alert")
    assert time.monotonic() - seen_at <= ALERT_SECONDS
    wait_for(lambda: run.state.state == "cancelled", "the end", seconds=_ENGINE_SECONDS)
    assert run.state.cause is not None
    assert (run.state.cause.code, run.state.cause.values) == ("stopped-by-alert", {"kind": "nan"})
    run.wait_until_nothing_lives()
