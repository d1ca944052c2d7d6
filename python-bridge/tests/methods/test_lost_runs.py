"""A lost run is looked at again and again, ever more seldom; what then is found alive is told."""

import queue
from itertools import pairwise
from pathlib import Path

import pytest

from made_runs import make_run
from tunewright_bridge.methods.watching import lost_runs, root_watch
from tunewright_bridge.methods.watching.lost_runs import LostRuns
from tunewright_bridge.methods.watching.root_watch import RootWatch
from tunewright_bridge.protocol.bridge import RunsChanged
from tunewright_bridge.protocol.run import StateRecord
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import RunRecord

DEADLINE_SECONDS = 60


def test_looks_at_a_lost_run_become_rare_and_never_cease() -> None:
    now = 0.0
    lost = LostRuns(lambda: now)
    looks: list[float] = []
    for second in range(3600):
        now = float(second)
        if lost.is_due("run"):
            looks.append(now)
    assert looks[0] == 0
    waits = [later - earlier for earlier, later in pairwise(looks)]
    assert waits == sorted(waits)
    assert waits[0] <= 2
    assert waits[-1] <= 60
    assert len(looks) < 100


def test_a_run_that_is_forgotten_is_looked_at_as_if_it_were_new() -> None:
    lost = LostRuns(lambda: 5.0)
    assert lost.is_due("run")
    assert not lost.is_due("run")
    lost.keep_only([])
    assert lost.is_due("run")


def test_a_lost_run_that_is_found_alive_while_it_is_watched_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = make_run(tmp_path)
    record = RunRecord(paths)
    record.transition("starting", attempt=1)
    record.transition("lost", attempt=1)
    told: queue.Queue[RunsChanged] = queue.Queue()
    monkeypatch.setattr(root_watch, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(lost_runs, "SHORTEST_WAIT_SECONDS", 0.01)
    is_seen = False

    def look(paths: RunPaths, **options: object) -> StateRecord:
        return RunRecord(paths).advance("running" if is_seen else "lost", attempt=1, only_from=["lost"])

    monkeypatch.setattr(root_watch, "repair", look)
    watch = RootWatch(tmp_path, None, told.put)
    (first,) = watch.first_look().runs
    assert first.state == "lost"
    is_seen = True
    watch.start()
    try:
        (changed,) = told.get(timeout=DEADLINE_SECONDS).changed
        assert (changed.id, changed.state) == (paths.run_id, "running")
    finally:
        watch.close()
