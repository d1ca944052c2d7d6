"""Queues through real bridges: places in every list, moves that every window is told of, and waiters that died."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_child import BridgeChild, RemoteError
from live_runs import wait_for
from queued_runs import QueueHost, queue_host
from tunewright_bridge.protocol.bridge import ListRunsResult, QueueList
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.run import RunDetail
from tunewright_bridge.runs.layout import runs_root


class Desk:
    """Two windows on one workspace, in which a run holds the only device and three others wait."""

    def __init__(self, host: QueueHost) -> None:
        self.host = host
        self.root = str(runs_root(host.workspace))
        self.first = host.hold("first")
        self.runs = {name: host.start(name) for name in "abc"}

    def move(self, window: BridgeChild, name: str, position: int) -> QueueList:
        run_id = self.runs[name].paths.run_id
        return decode(QueueList, window.request("queue/move", root=self.root, runId=run_id, position=position))

    def places(self, runs: list[Any]) -> dict[str, tuple[int, int]]:
        return {
            run.name: (run.queue_place.position, run.queue_place.waiting) for run in runs if run.queue_place is not None
        }


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with queue_host(tmp_path, monkeypatch) as host:
        yield Desk(host)


@pytest.fixture
def windows(desk: Desk) -> Iterator[list[BridgeChild]]:
    with BridgeChild() as one, BridgeChild() as other:
        for window in (one, other):
            window.initialize()
        yield [one, other]


def test_every_list_shows_the_places(desk: Desk, windows: list[BridgeChild]) -> None:
    expected = {"a": (1, 3), "b": (2, 3), "c": (3, 3)}
    listed = decode(ListRunsResult, windows[0].request("runs/list", root=desk.root))
    assert desk.places(listed.runs) == expected
    watched = decode(ListRunsResult, windows[0].request("runs/watch", root=desk.root))
    assert desk.places(watched.runs) == expected
    run_id = desk.runs["b"].paths.run_id
    detail = decode(RunDetail, windows[0].request("runs/get", root=desk.root, runId=run_id))
    assert detail.summary.queue_place is not None
    assert (detail.summary.queue_place.queue, detail.summary.queue_place.position) == ("night", 2)
    (queue,) = decode(QueueList, windows[0].request("queue/list")).queues
    assert queue.name == "night"
    assert (queue.entries[0].name, queue.entries[0].device_ids) == ("first #1", ["cpu"])
    assert [entry.name for entry in queue.entries[1:]] == ["a #1", "b #1", "c #1"]


def test_a_move_in_one_window_is_told_to_every_window(desk: Desk, windows: list[BridgeChild]) -> None:
    for window in windows:
        window.request("runs/watch", root=desk.root)
    (queue,) = desk.move(windows[0], "c", 1).queues
    assert [entry.name for entry in queue.entries[1:]] == ["c #1", "a #1", "b #1"]
    for window in windows:
        seen: dict[str, int] = {}
        while seen != {"c": 1, "a": 2, "b": 3}:
            notice = window.notice("runs/changed")
            seen |= {run["name"]: run["queuePlace"]["position"] for run in notice["changed"] if "queuePlace" in run}
    assert desk.host.waiting() == ["c", "a", "b"]


def test_a_run_that_starts_moves_the_others_up_and_has_no_place(desk: Desk, windows: list[BridgeChild]) -> None:
    windows[0].request("runs/watch", root=desk.root)
    desk.host.let_go("first")
    places: dict[str, Any] = {}
    while places.get("c", {}).get("position") != 1:
        notice = windows[0].notice("runs/changed")
        places |= {run["name"]: run.get("queuePlace", {}) for run in notice["changed"]}
    assert places["a"] == {}


def test_who_does_not_wait_cannot_be_moved(desk: Desk, windows: list[BridgeChild]) -> None:
    with pytest.raises(RemoteError) as caught:
        windows[0].request("queue/move", root=desk.root, runId=desk.first.paths.run_id, position=1)
    assert (caught.value.code, caught.value.values) == ("not-queued", {"run": desk.first.paths.run_id})


def test_whoever_shows_the_queue_gives_those_a_waiter_that_have_none(desk: Desk, windows: list[BridgeChild]) -> None:
    for run in desk.runs.values():
        run.kill(run.supervisor)
    (queue,) = decode(QueueList, windows[0].request("queue/list")).queues
    assert [entry.name for entry in queue.entries[1:]] == ["a #1", "b #1", "c #1"]
    assert not [entry for entry in queue.entries if entry.waits_for is not None and entry.waits_for.code == "nobody"]
    assert [run.generation for run in desk.runs.values()] == [2, 2, 2]


def test_a_watched_workspace_gives_those_a_waiter_that_have_none(desk: Desk, windows: list[BridgeChild]) -> None:
    windows[1].request("runs/watch", root=desk.root)
    for run in desk.runs.values():
        run.kill(run.supervisor)
    wait_for(lambda: [run.generation for run in desk.runs.values()] == [2, 2, 2], "their new supervisors")
    desk.host.let_go("first")
    for run in desk.runs.values():
        assert run.wait_for_end().state == "succeeded"
    assert desk.host.begun == ["first", "a", "b", "c"]


def test_queues_that_cannot_be_read_take_away_only_the_places(desk: Desk, windows: list[BridgeChild]) -> None:
    folder = desk.host.queues_folder
    folder.rename(folder.with_name("away"))
    folder.touch()
    listed = decode(ListRunsResult, windows[0].request("runs/list", root=desk.root))
    assert desk.places(listed.runs) == {}
    assert len(listed.runs) == 4
    assert windows[0].request("queue/list") == {"queues": []}
    os.unlink(folder)
    folder.with_name("away").rename(folder)
