"""Run directories as earlier versions wrote them: never changed, always readable. A new format adds a folder beside."""

import shutil
from pathlib import Path

import pytest

from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.adoption import repair

FROZEN = Path(__file__).parent / "frozen"


@pytest.fixture(params=sorted(path.name for path in FROZEN.iterdir()))
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(FROZEN / request.param, tmp_path / "runs"))


def test_an_old_run_is_listed_opened_and_left_as_it_is(root: Path) -> None:
    store = RunStore(root)
    (summary,), total = store.list()
    assert (total, summary.name, summary.number, summary.task) == (1, "first.sft", 1, "sft")
    assert (summary.state, summary.exit_code, summary.created_at_ms) == ("succeeded", 0, 1795523109467)
    assert summary.started_at_ms == 1795523110140
    assert summary.ended_at_ms == 1795523264335
    paths = RunPaths(root / summary.id)
    detail = store.detail(paths)
    assert "max_steps: 400" in detail.config_text
    (attempt,) = detail.attempts
    assert attempt.tool is not None
    assert attempt.tool.packages["ms-swift"] == "4.6.0"
    assert [event.state for event in RunRecord(paths).events()] == ["queued", "starting", "running", "succeeded"]
    assert repair(paths).state == "succeeded"


def test_an_old_run_that_was_alive_on_a_machine_that_is_gone_is_left_alone(root: Path) -> None:
    paths = RunPaths(next(root.iterdir()))
    paths.attempt(1).exit.unlink()
    paths.events.write_text('{"atMs":1,"attempt":1,"kind":"state","state":"running"}\n')
    paths.state.write_text('{"format":1,"state":"running","attempt":1,"sinceMs":1}')
    assert repair(paths).state == "running"
