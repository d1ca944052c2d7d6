"""Preflight and resume as an editor asks for them, of a real bridge."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_child import BridgeChild, RemoteError
from engine_programs import python_with_engine, resumable_task_program
from live_runs import LiveRun
from tunewright_bridge.protocol.checkpoint import ResumePreflight
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.run import RunDetail, RunSummary
from tunewright_bridge.runs.layout import RunPaths, runs_root

CONFIG = "model: hub/model\ndataset: [train.jsonl]\nmax_steps: 30\nsave_steps: 10\n"


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[BridgeChild]:
    environment = {"TRAINER": "--seconds-per-step 0.01", "XDG_CONFIG_HOME": str(tmp_path / "configuration")}
    with BridgeChild(environment=environment) as child:
        child.initialize()
        yield child


@pytest.fixture
def run(tmp_path: Path, bridge: BridgeChild) -> Iterator[LiveRun]:
    """A run that was stopped after its first checkpoint."""
    config = tmp_path / "first.sft.yaml"
    config.write_text(CONFIG.replace("30", "100000"))
    (tmp_path / "train.jsonl").write_text("{}\n")
    interpreter = python_with_engine(tmp_path / "engine", task_program=resumable_task_program())
    started = bridge.request(
        "runs/start", root=str(runs_root(tmp_path)), configPath=str(config), interpreter=str(interpreter)
    )
    live = LiveRun(RunPaths(Path(started["directory"])))
    live.wait_for_steps(12)
    live.stop_impatiently()
    live.wait_until_nothing_lives()
    config.write_text(CONFIG)
    yield live
    live.clean_up()


def test_an_editor_asks_resumes_and_sees_the_new_attempt(tmp_path: Path, bridge: BridgeChild, run: LiveRun) -> None:
    reference: dict[str, Any] = {"root": str(runs_root(tmp_path)), "runId": run.paths.run_id}
    found = decode(ResumePreflight, bridge.request("runs/preflight", **reference))
    assert (found.point.attempt, found.max_steps, found.checks) == (1, 100_000, [])
    changed = decode(
        ResumePreflight,
        bridge.request("runs/preflight", **reference, withConfig=True, checkpoint=found.checkpoints[-1].path),
    )
    assert (changed.point.step, changed.max_steps) == (10, 30)
    assert [check.code for check in changed.checks] == ["arguments-differ"]

    bridge.request("runs/watch", root=reference["root"])
    resumed = decode(
        RunSummary, bridge.request("runs/resume", **reference, withConfig=True, checkpoint=changed.point.checkpoint)
    )
    assert resumed.attempt == 2
    bridge.notice("runs/changed", lambda notice: notice["changed"][0]["state"] == "succeeded")
    run.attempt = run.paths.attempt(2)
    detail = decode(RunDetail, bridge.request("runs/get", **reference))
    assert [attempt.number for attempt in detail.attempts] == [1, 2]
    assert detail.attempts[1].resumed_from == changed.point


def test_a_refusal_travels_with_its_code_and_values(tmp_path: Path, bridge: BridgeChild, run: LiveRun) -> None:
    reference: dict[str, Any] = {"root": str(runs_root(tmp_path)), "runId": run.paths.run_id}
    for method in ("runs/preflight", "runs/resume"):
        with pytest.raises(RemoteError) as caught:
            bridge.request(method, **reference, checkpoint=str(tmp_path / "checkpoint-7"))
        assert caught.value.code == "checkpoint-unusable"
        assert caught.value.values["checkpoint"] == str(tmp_path / "checkpoint-7")
