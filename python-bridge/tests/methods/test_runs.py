"""Watching and following runs through a real bridge; the runs have real supervisors and a stand-in trainer."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge_child import BridgeChild, RemoteError
from live_runs import live_run
from made_runs import make_run
from tunewright_bridge.protocol.bridge import ListRunsResult, LogChunk, MetricsResult, RunAppended, RunsChanged
from tunewright_bridge.protocol.decode import decode, encode
from tunewright_bridge.protocol.run import AttemptCommand, RunDetail
from tunewright_bridge.runs.layout import RunPaths, runs_root
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord


@pytest.fixture
def bridge() -> Iterator[BridgeChild]:
    with BridgeChild() as child:
        child.initialize()
        yield child


def state_of(notice: Any, run_id: str) -> str | None:
    return next((run["state"] for run in notice["changed"] if run["id"] == run_id), None)


def log_line(step: int, **values: float) -> bytes:
    row = {"loss": 1.0 / step, **values, "global_step/max_steps": f"{step}/1000", "epoch": step / 100}
    return json.dumps(row).encode() + b"\n"


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_a_watched_root_tells_of_a_run_from_its_birth_to_its_end(tmp_path: Path, bridge: BridgeChild) -> None:
    root = str(runs_root(tmp_path))
    first = decode(ListRunsResult, bridge.request("runs/watch", root=root))
    assert first == ListRunsResult(runs=[], total=0)
    go_on = tmp_path / "go-on"
    with live_run(tmp_path, "--steps", "8", "--hold", str(go_on), "--hold-at-step", "5") as run:
        run_id = run.paths.run_id
        states: list[str] = []
        steps: list[int] = []
        while states[-1:] != ["succeeded"]:
            told = decode(RunsChanged, bridge.notice("runs/changed"))
            (summary,) = told.changed
            assert summary.id == run_id
            states.append(summary.state)
            steps += [summary.progress.step] if summary.progress is not None else []
            if summary.state == "running" and steps != []:
                go_on.touch()
        assert "running" in states
        assert any(0 < step < 8 for step in steps), steps
        assert steps[-1] == 8
        assert summary.exit_code == 0


def test_the_death_of_a_whole_run_is_noticed(tmp_path: Path, bridge: BridgeChild) -> None:
    with live_run(tmp_path, "--steps", "1000") as run:
        run.wait_for_state("running")
        bridge.request("runs/watch", root=str(runs_root(tmp_path)))
        supervisor, recorder, trainer = run.supervisor, run.recorder, run.trainer
        for identity in (supervisor, recorder, trainer):
            run.kill(identity)
        died_at = time.monotonic()
        bridge.notice("runs/changed", lambda notice: state_of(notice, run.paths.run_id) == "lost")
        # Five seconds are what is promised; a busy machine that tests gets more.
        assert time.monotonic() - died_at < 20


def test_a_removed_run_is_told_and_an_unwatched_root_is_silent(tmp_path: Path, bridge: BridgeChild) -> None:
    root = runs_root(tmp_path)
    kept, removed = make_run(root), make_run(root, name="second.sft")
    listed = decode(ListRunsResult, bridge.request("runs/watch", root=str(root)))
    assert {run.id for run in listed.runs} == {kept.run_id, removed.run_id}
    shutil.rmtree(removed.directory)
    # What nobody starts has failed meanwhile, which is told as well.
    bridge.notice("runs/changed", lambda notice: notice["removed"] == [removed.run_id])

    bridge.request("runs/unwatch", root=str(root))
    other = runs_root(tmp_path / "other")
    bridge.request("runs/watch", root=str(other))
    make_run(root, name="third.sft")
    fourth = make_run(other, name="fourth.sft")
    assert state_of(bridge.notice("runs/changed"), fourth.run_id) is not None


def test_a_limit_keeps_to_the_newest(tmp_path: Path, bridge: BridgeChild) -> None:
    root = runs_root(tmp_path)
    made = [make_run(root, name=f"run{number}.sft") for number in range(3)]
    for paths in made:
        RunRecord(paths).transition("failed", attempt=1)
    runs = [paths.run_id for paths in made]
    listed = decode(ListRunsResult, bridge.request("runs/list", root=str(root), limit=2))
    assert listed.total == 3
    assert {run.id for run in listed.runs} == set(sorted(runs, reverse=True)[:2])


@pytest.mark.parametrize("method", ["runs/list", "runs/watch"])
def test_an_older_run_is_shown_as_long_as_it_lives_and_told_of_when_it_ends(
    tmp_path: Path, bridge: BridgeChild, method: str
) -> None:
    root = runs_root(tmp_path)
    with live_run(tmp_path, "--steps", "1000") as run:
        run.wait_for_state("running")
        for number in range(2):
            newer = make_run(root, name="newer.sft").directory.rename(root / f"29991231-23595{number}-newer.sft-aaaa")
            RunRecord(RunPaths(newer)).transition("failed", attempt=1)
        older = run.paths.run_id
        listed = decode(ListRunsResult, bridge.request(method, root=str(root), limit=1))
        assert (len(listed.runs), listed.runs[-1].id, listed.total) == (2, older, 3)
        if method == "runs/watch":
            bridge.request("runs/stop", root=str(root), runId=older)
            bridge.notice("runs/changed", lambda notice: state_of(notice, older) == "cancelled")


def test_of_runs_that_are_not_listed_their_number_is_told(tmp_path: Path, bridge: BridgeChild) -> None:
    root = runs_root(tmp_path)
    made = [make_run(root, name=f"run{number}.sft") for number in range(3)]
    for paths in made:
        RunRecord(paths).transition("failed", attempt=1)
    listed = decode(ListRunsResult, bridge.request("runs/watch", root=str(root), limit=1))
    assert (len(listed.runs), listed.total) == (1, 3)
    shutil.rmtree(next(paths for paths in made if paths.run_id != listed.runs[0].id).directory)
    notice = decode(RunsChanged, bridge.notice("runs/changed", lambda notice: notice["total"] == 2))
    assert notice.removed == []


def test_a_lost_run_that_is_alive_is_found_by_whoever_watches(tmp_path: Path, bridge: BridgeChild) -> None:
    with live_run(tmp_path, "--steps", "1000") as run:
        run.wait_for_state("running")
        run.kill(run.supervisor)
        RunRecord(run.paths).transition("lost", attempt=1)
        (found,) = decode(ListRunsResult, bridge.request("runs/watch", root=str(runs_root(tmp_path)))).runs
        assert found.state == "running"


def test_a_followed_run_tells_every_line_and_every_character_once(tmp_path: Path, bridge: BridgeChild) -> None:
    root = runs_root(tmp_path)
    attempt = make_run(root).attempt(1)
    reference = {"root": str(root), "runId": attempt.directory.parent.parent.name}
    metrics = attempt.output / "logging.jsonl"
    append(metrics, log_line(1))
    append(attempt.console_log, b"schon da\n")
    bridge.request("runs/follow", **reference)

    written = "损失 "
    points: list[int] = []
    text = ""
    for step in range(2, 30):
        line = log_line(step)
        append(metrics, line[:20])
        append(metrics, line[20:])
        append(attempt.console_log, written.encode())
    while len(points) < 28 or len(text) < 28 * len(written):
        appended = decode(RunAppended, bridge.notice("runs/appended"))
        points += [point.step for point in appended.points]
        if appended.points:
            assert appended.progress is not None
            assert appended.progress.max_steps == 1000
        if appended.log is not None:
            text += appended.log.text
    assert points == list(range(2, 30))
    assert text == written * 28

    bridge.request("runs/unfollow", **reference)
    append(metrics, log_line(30))
    other = make_run(root, name="other.sft").attempt(1)
    bridge.request("runs/follow", root=str(root), runId=other.directory.parent.parent.name)
    append(other.output / "logging.jsonl", log_line(5))
    assert [point["step"] for point in bridge.notice("runs/appended")["points"]] == [5]


def test_a_new_attempt_is_followed_from_its_beginning_and_stitched(tmp_path: Path, bridge: BridgeChild) -> None:
    root = runs_root(tmp_path)
    paths = make_run(root)
    reference = {"root": str(root), "runId": paths.run_id}
    first, second = paths.attempt(1), paths.attempt(2)
    append(first.output / "logging.jsonl", b"".join(log_line(step) for step in range(1, 11)))
    append(first.console_log, b"first\n")
    bridge.request("runs/follow", **reference)

    second.output.mkdir(parents=True)
    command = read_record(AttemptCommand, first.command)
    second.command.write_text(json.dumps(encode(replace(command, output_directory=str(second.output)))))
    append(second.output / "logging.jsonl", b"".join(log_line(step, kl=1.0) for step in range(6, 9)))
    append(second.console_log, b"second\n")
    record = RunRecord(paths)
    record.transition("failed", attempt=1)
    record.transition("queued", attempt=2)
    points: list[int] = []
    text = ""
    while len(points) < 3 or text == "":
        appended = decode(RunAppended, bridge.notice("runs/appended"))
        points += [point.step for point in appended.points]
        text += "" if appended.log is None else appended.log.text
    assert (points, text) == ([6, 7, 8], "second\n")
    logs = {number: bridge.request("runs/log", **reference, attempt=number, maxBytes=100) for number in (1, 2, 3)}
    assert {number: log["text"] for number, log in logs.items()} == {1: "first\n", 2: "second\n", 3: ""}
    result = decode(MetricsResult, bridge.request("metrics/query", **reference, maxBuckets=100))
    steps = {series.name: series.last_steps for series in result.series}
    assert steps["loss"] == list(range(1, 9))
    assert steps["kl"] == [6, 7, 8]
    assert result.progress is not None
    assert result.progress.step == 8


def test_each_line_is_told_once_it_is_written(tmp_path: Path, bridge: BridgeChild) -> None:
    root = runs_root(tmp_path)
    attempt = make_run(root).attempt(1)
    bridge.request("runs/follow", root=str(root), runId=attempt.directory.parent.parent.name)
    metrics = attempt.output / "logging.jsonl"
    for step in range(1, 41):
        append(metrics, log_line(step))
        assert [point["step"] for point in bridge.notice("runs/appended")["points"]] == [step]


def test_what_a_run_logged_is_asked_for(tmp_path: Path, bridge: BridgeChild) -> None:
    with live_run(tmp_path, "--steps", "5") as run:
        run.wait_for_end()
        reference = {"root": str(runs_root(tmp_path)), "runId": run.paths.run_id}
        result = decode(MetricsResult, bridge.request("metrics/query", **reference, maxBuckets=100))
        loss = next(series for series in result.series if series.name == "loss")
        assert loss.last_steps == [1, 2, 3, 4, 5]
        assert result.progress is not None
        assert result.progress.step == 5

        part = decode(
            MetricsResult, bridge.request("metrics/query", **reference, maxBuckets=100, series=["loss"], fromStep=4)
        )
        assert [(series.name, series.first_steps) for series in part.series] == [("loss", [4, 5])]

        chunk = decode(LogChunk, bridge.request("runs/log", **reference, maxBytes=1_000_000))
        assert chunk.text.encode() == run.log
        detail = decode(RunDetail, bridge.request("runs/get", **reference))
        assert detail.summary.state == "succeeded"
        assert detail.config_text == "model: tiny\n"
        with pytest.raises(RemoteError) as caught:
            bridge.request("runs/stop", **reference)
        assert caught.value.code == "run-not-live"


def test_a_run_is_stopped(tmp_path: Path, bridge: BridgeChild) -> None:
    with live_run(tmp_path, "--steps", "1000") as run:
        run.wait_for_steps(1)
        bridge.request("runs/watch", root=str(runs_root(tmp_path)))
        stopped = bridge.request("runs/stop", root=str(runs_root(tmp_path)), runId=run.paths.run_id)
        assert stopped["state"] in ("stopping", "cancelled")
        bridge.notice("runs/changed", lambda notice: state_of(notice, run.paths.run_id) == "cancelled")
        run.wait_until_nothing_lives()


@pytest.mark.parametrize("method", ["runs/get", "runs/stop", "runs/log", "runs/follow", "metrics/query"])
def test_a_run_that_is_not_there_is_named(tmp_path: Path, bridge: BridgeChild, method: str) -> None:
    params: dict[str, Any] = {"root": str(tmp_path), "runId": "20260101-000000-first.sft-aaaa"}
    with pytest.raises(RemoteError) as caught:
        bridge.request(method, **params, maxBytes=10, maxBuckets=10)
    assert caught.value.code == "run-not-found"
    assert caught.value.values["run"] == params["runId"]


def test_devices_are_told_again_and_again(bridge: BridgeChild) -> None:
    sample = bridge.request("devices/watch")
    assert sample["devices"][0]["kind"] == "cpu"
    later = bridge.notice("devices/changed")
    assert later["atMs"] > sample["atMs"]
    assert bridge.request("devices/unwatch") == {}
