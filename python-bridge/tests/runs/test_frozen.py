"""Run directories as earlier versions wrote them: never changed, always readable. A new format adds a folder beside."""

import shutil
from pathlib import Path

import pytest

from tunewright_bridge.methods.log_chunks import read_chunk
from tunewright_bridge.methods.run_files import stitched_files
from tunewright_bridge.metrics.curves import Curves
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.adoption import repair

FROZEN = Path(__file__).parent / "frozen"


def thawed(name: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(FROZEN / name, tmp_path / "runs"))


def test_an_old_run_is_listed_opened_and_left_as_it_is(tmp_path: Path) -> None:
    root = thawed("format-1", tmp_path)
    store = RunStore(root)
    (summary,), total = store.list()
    assert (total, summary.name, summary.number, summary.task) == (1, "first.sft", 1, "sft")
    assert (summary.state, summary.exit_code, summary.created_at_ms) == ("succeeded", 0, 1795523109467)
    assert summary.started_at_ms == 1795523110140
    assert summary.ended_at_ms == 1795523264335
    assert (summary.cause, summary.alerts, summary.stop_when) == (None, None, None)
    paths = RunPaths(root / summary.id)
    detail = store.detail(paths)
    assert "max_steps: 400" in detail.config_text
    (attempt,) = detail.attempts
    assert attempt.tool is not None
    assert attempt.tool.packages["ms-swift"] == "4.6.0"
    assert attempt.resumed_from is None
    assert [event.state for event in RunRecord(paths).events()] == ["queued", "starting", "running", "succeeded"]
    assert repair(paths).state == "succeeded"


def test_a_run_that_was_killed_and_went_on_by_itself_tells_all_of_it(tmp_path: Path) -> None:
    root = thawed("format-1-retried", tmp_path)
    store = RunStore(root)
    (summary,), _ = store.list()
    assert (summary.state, summary.attempt, summary.exit_code) == ("succeeded", 2, 0)
    paths = RunPaths(root / summary.id)
    detail = store.detail(paths)
    assert [(attempt.number, attempt.exit_code, attempt.signal) for attempt in detail.attempts] == [
        (1, None, 9),
        (2, 0, None),
    ]
    point = detail.attempts[1].resumed_from
    assert point is not None
    assert (point.attempt, point.step) == (1, 20)
    assert summary.alerts is None
    assert [(alert.id, alert.attempt, alert.step) for alert in detail.alerts or []] == [("out_of_memory:killed", 1, 40)]
    assert [event.cause for event in RunRecord(paths).events() if event.cause is not None] == [
        cause("killed"),
        cause("retry", attempt=1, seconds=10, step=20),
    ]
    assert repair(paths).state == "succeeded"


def test_the_log_of_a_run_that_printed_much_is_read_around_its_gap(tmp_path: Path) -> None:
    root = thawed("format-1-retried", tmp_path)
    attempt = RunPaths(next(root.iterdir())).attempt(1)
    log = ConsoleLog(attempt)
    assert log.size() == 25_134
    pieces = list(log.pieces(4096))
    assert sum(len(data) for _, data in pieces) == sum(
        path.stat().st_size for path in attempt.directory.glob("console*.log")
    )
    chunk = read_chunk(log, 10_000, 500)
    assert chunk.start_offset == 20_955
    assert chunk.text.startswith("{'loss':")


def test_the_curve_of_a_run_that_went_on_is_stitched(tmp_path: Path) -> None:
    root = thawed("format-1-retried", tmp_path)
    paths = RunPaths(next(root.iterdir()))
    for number in (1, 2):
        attempt = paths.attempt(number)
        # What was written names a machine that is gone.
        text = attempt.command.read_text().replace("/home/ada/dev/ada-first-run/.tunewright/runs", str(root))
        attempt.command.write_text(text)
    curves = Curves()
    curves.refresh(stitched_files(paths))
    (loss,) = curves.view(4096, names=["loss"])
    assert (loss.first_steps, set(loss.counts)) == (list(range(1, 61)), {1})


@pytest.mark.parametrize("name", sorted(path.name for path in FROZEN.iterdir()))
def test_an_old_run_that_was_alive_on_a_machine_that_is_gone_is_left_alone(tmp_path: Path, name: str) -> None:
    root = thawed(name, tmp_path)
    paths = RunPaths(next(root.iterdir()))
    attempt = RunStore(root).latest_attempt(paths)
    attempt.exit.unlink()
    attempt.finish.unlink(missing_ok=True)
    at = f'"attempt":{attempt.number}'
    paths.events.write_text(f'{{"atMs":1,{at},"kind":"state","state":"running"}}\n')
    paths.state.write_text(f'{{"format":1,"state":"running",{at},"sinceMs":1}}')
    assert repair(paths).state == "running"
