"""`queue` at a terminal: who waits, why, and a move by every name that a run has."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine_programs import python_with_engine
from live_runs import wait_for
from queued_runs import QueueHost, queue_host
from tunewright_bridge.command_line.queue import wait_text
from tunewright_bridge.protocol.run import QueueWait


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[QueueHost]:
    with queue_host(tmp_path, monkeypatch, cards=1) as found:
        found.hold("first")
        for name in "abc":
            found.start(name)
        expected = ["devices-held", "turn", "turn"]
        wait_for(lambda: [found.reason(name) for name in "abc"] == expected, "the reasons")
        yield found


def type_(host: QueueHost, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tunewright_bridge", "queue", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=host.workspace, check=False)


def test_the_queue_shows_who_waits_and_why(host: QueueHost) -> None:
    done = type_(host)
    assert (done.returncode, done.stderr) == (0, "")
    heading, first, *waiting = done.stdout.splitlines()
    assert heading.split() == ["QUEUE", "PLACE", "RUN", "STATE", "DEVICES", "WAITS", "FOR", "ID"]
    assert first.split()[:2] == ["night", "first#1"]
    assert "GPU-0" in first
    assert [line.split()[1:3] for line in waiting] == [["1", "a#1"], ["2", "b#1"], ["3", "c#1"]]
    assert "free devices: wants 1, 0 free" in waiting[0]
    assert "its turn, 2 before it" in waiting[2]


def test_a_run_is_moved_by_every_name_that_it_has(host: QueueHost) -> None:
    run_ids = {run.paths.run_id.split("-")[2]: run.paths.run_id for run in host.runs}
    assert type_(host, "move", run_ids["c"], "--first").returncode == 0
    assert host.waiting() == ["c", "a", "b"]
    assert type_(host, "move", "c#1", "--last").returncode == 0
    assert host.waiting() == ["a", "b", "c"]
    assert type_(host, "move", "b", "--position", "1").returncode == 0
    assert host.waiting() == ["b", "a", "c"]
    moved = json.loads(type_(host, "move", run_ids["c"][:-2], "--position", "2", "--json").stdout)
    listed = json.loads(type_(host, "--json").stdout)
    # For what each waits may have been looked up anew between the two.
    for queues in (moved, listed):
        (queue,) = queues["queues"]
        assert [entry["name"] for entry in queue["entries"]] == ["first #1", "b #1", "c #1", "a #1"]


def test_what_cannot_be_moved_is_said_in_one_line(host: QueueHost) -> None:
    for arguments, complaint in (
        (["move", "first", "--first"], "No run first waits in a queue"),
        (["move", "2", "--first"], "2 may mean 3 runs that wait"),
        (["move", "a"], "one of the arguments --position --first --last is required"),
        (["move", "a", "--position", "0"], "must be at least 1"),
        (["move", "a", "--first", "--last"], "not allowed with argument"),
    ):
        done = type_(host, *arguments)
        assert done.returncode == 2
        assert complaint in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_run_that_waits_is_said_to_wait(host: QueueHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUNEWRIGHT_INTERPRETER", str(python_with_engine(tmp_path / "engine")))
    monkeypatch.setenv("TRAINER", "--steps 1")
    config = host.workspace / "second.sft.yaml"
    config.write_text("model: hub/model\ndataset: [train.jsonl]\ntunewright: {queue: night}\n")
    config.with_name("train.jsonl").touch()
    command = [sys.executable, "-m", "tunewright_bridge", "run", str(config), "--detach"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=host.workspace, check=False)
    assert done.returncode == 0, done.stderr
    host.take_in(max(host.workspace.glob(".tunewright/runs/*second*")))
    assert "second.sft #1 waits at place 4 of 4 in the queue night" in done.stderr


def test_every_reason_has_words_even_where_a_value_is_missing() -> None:
    assert "?" in wait_text(QueueWait(code="devices-busy", values={}))
    assert wait_text(QueueWait(code="turn", values={"ahead": "0"})) == "the next look at the devices"
