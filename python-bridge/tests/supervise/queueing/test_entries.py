"""Entries on the disk: who comes when, what a move changes, and what survives whoever writes them."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from live_runs import wait_for
from made_runs import make_run
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.queue import QueueEntry
from tunewright_bridge.protocol.run import AttemptTerms, Lease, QueueWait
from tunewright_bridge.runs.durable import write_json_atomically
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.processes import identity_of, look_up
from tunewright_bridge.supervise.queueing.devices import Wish
from tunewright_bridge.supervise.queueing.entries import EntryReader, write_entry
from tunewright_bridge.supervise.queueing.folders import QueueFolders, name_in, queue_folders
from tunewright_bridge.supervise.queueing.listing import Queues
from tunewright_bridge.supervise.queueing.lock import queues_locked
from tunewright_bridge.supervise.queueing.own_entry import OwnEntry

ONE = Wish("cpu", 1)


class Waiting:
    """Runs that wait, as far as their files tell; the test itself is their supervisor."""

    def __init__(self, place: Path) -> None:
        self.folders = QueueFolders(place / "queues")
        self.queues = Queues(self.folders)
        self.root = place / "runs"

    def enter(self, name: str, *, queue: str = "night", **options: Any) -> RunPaths:
        paths = make_run(self.root, name=name, terms=AttemptTerms(queue=queue))
        supervise(paths)
        self.own(paths, queue, name).enter(ONE, keeps_place=False, **options)
        return paths

    def own(self, paths: RunPaths, queue: str = "night", name: str = "") -> OwnEntry:
        return OwnEntry(self.folders, queue, paths, name)

    def order(self, queue: str = "night") -> list[str]:
        """Names of those that wait."""
        shown = {summary.name: summary.entries for summary in self.queues.summaries()}
        return [entry.name for entry in shown.get(queue, []) if entry.device_ids is None]


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    return Waiting(tmp_path)


def supervise(paths: RunPaths) -> None:
    lease = Lease(format=1, generation=1, supervisor=identity_of(os.getpid()), taken_at_ms=0)
    write_json_atomically(paths.attempt(1).lease, encode(lease))


@pytest.mark.parametrize("name", ["night", "a/b", "..", ".hidden", "für später", "%2E", "a b"])
def test_any_name_is_one_folder_and_comes_back(tmp_path: Path, name: str) -> None:
    folder = QueueFolders(tmp_path).queue(name)
    assert folder.parent == tmp_path
    assert name_in(folder.name) == name


def test_queues_lie_where_the_user_keeps_state(tmp_path: Path) -> None:
    assert tmp_path in queue_folders({"XDG_STATE_HOME": str(tmp_path)}).directory.parents
    assert Path.home() in queue_folders({"XDG_STATE_HOME": "not/absolute"}).directory.parents


def test_runs_wait_in_the_order_in_which_they_came(waiting: Waiting) -> None:
    runs = [waiting.enter(name) for name in ("a", "b", "c")]
    assert waiting.order() == ["a", "b", "c"]
    places = waiting.queues.places()
    assert [places[os.path.realpath(waiting.root), run.run_id].position for run in runs] == [1, 2, 3]
    assert places[os.path.realpath(waiting.root), runs[0].run_id].waiting == 3
    assert [entry.waits_for for entry in waiting.queues.summaries()[0].entries][1].values == {"ahead": "1"}  # type: ignore[union-attr]


def test_a_place_says_why_a_run_waits_whose_turn_has_come(waiting: Waiting) -> None:
    held = QueueWait(code="devices-held", values={"wanted": "1", "free": "0"})
    runs = [waiting.enter("a", waits_for=held), waiting.enter("b")]
    places = waiting.queues.places()
    reasons = [places[os.path.realpath(waiting.root), run.run_id].waits_for for run in runs]
    assert reasons == [held, None]


@pytest.mark.parametrize(
    ("moved", "position", "order"),
    [("c", 1, "cabd"), ("a", 4, "bcda"), ("a", 99, "bcda"), ("d", 2, "adbc"), ("b", 2, "abcd"), ("b", -3, "bacd")],
)
def test_a_move_gives_another_place(waiting: Waiting, moved: str, position: int, order: str) -> None:
    runs = {name: waiting.enter(name) for name in "abcd"}
    waiting.queues.move(waiting.root, runs[moved].run_id, position)
    assert "".join(waiting.order()) == order


def test_moves_into_the_same_gap_for_ever(waiting: Waiting) -> None:
    runs = [waiting.enter(name) for name in "abc"]
    expected = ["a", "b", "c"]
    for number in range(150):
        moved = runs[1 + number % 2]
        waiting.queues.move(waiting.root, moved.run_id, 2)
        name = "bc"[number % 2]
        expected.remove(name)
        expected.insert(1, name)
        assert waiting.order() == expected


def test_a_run_is_found_by_any_path_to_its_folder(waiting: Waiting, tmp_path: Path) -> None:
    waiting.enter("a")
    moved = waiting.enter("b")
    (tmp_path / "link").symlink_to(waiting.root)
    waiting.queues.move(tmp_path / "link", moved.run_id, 1)
    assert waiting.order() == ["b", "a"]


def test_who_waits_in_no_queue_cannot_be_moved(waiting: Waiting) -> None:
    holder = waiting.enter("holder")
    waiting.own(holder).change(lambda _, record: replace(record, device_ids=["cpu"]))
    stranger = make_run(waiting.root, name="stranger")
    for paths in (holder, stranger):
        with pytest.raises(BridgeError, match="waits in no queue"):
            waiting.queues.move(waiting.root, paths.run_id, 1)


def test_others_are_told_of_each_change(waiting: Waiting) -> None:
    reader = EntryReader(waiting.folders)
    moved = [waiting.enter(name) for name in "ab"][1]
    reader.read()
    stamp = reader.stamp()
    assert reader.stamp() == stamp
    waiting.queues.move(waiting.root, moved.run_id, 1)
    assert reader.stamp() != stamp
    assert [entry.record.name for entry in reader.read()] == ["b", "a"]


def test_a_retry_keeps_its_place_and_comes_first_where_its_entry_is_gone(waiting: Waiting) -> None:
    runs = [waiting.enter(name) for name in "abc"]
    waiting.own(runs[1], name="b").enter(ONE, keeps_place=True)
    assert waiting.order() == ["a", "b", "c"]
    own = waiting.own(runs[1], name="b")
    own.leave()
    own.enter(ONE, keeps_place=True)
    assert waiting.order() == ["b", "a", "c"]
    own.leave()
    waiting.own(runs[1], name="b").enter(ONE, keeps_place=False)
    assert waiting.order() == ["a", "c", "b"]


def test_who_enters_again_gives_its_devices_back(waiting: Waiting) -> None:
    paths = waiting.enter("a")
    own = waiting.own(paths, name="a")
    own.change(lambda _, record: replace(record, device_ids=["cpu"]))
    assert waiting.order() == []
    own.enter(ONE, keeps_place=True)
    assert waiting.order() == ["a"]


def test_a_run_that_waits_for_a_card_does_not_fall_back_to_the_processor(waiting: Waiting) -> None:
    paths = make_run(waiting.root, terms=AttemptTerms(queue="night"))
    waiting.own(paths).enter(Wish("cuda", 2, ("GPU-a", "GPU-b")), keeps_place=False)
    waiting.own(paths).enter(Wish("cpu", 1), keeps_place=False)
    (entry,) = EntryReader(waiting.folders).read()
    assert (entry.record.device_kind, entry.record.devices_wanted) == ("cuda", 2)
    assert entry.record.allowed_device_ids == ["GPU-a", "GPU-b"]


def test_a_torn_entry_takes_away_only_itself_and_is_written_anew(waiting: Waiting) -> None:
    runs = [waiting.enter(name) for name in "abc"]
    own = waiting.own(runs[1], name="b")
    own.enter(ONE, keeps_place=True)
    for content in (
        "",
        "{",
        '{"format": 1}',
        "[" * 100_000,
        own.path.read_text().replace('"rank": 2.0', '"rank": NaN'),
    ):
        own.path.write_text(content)
        assert waiting.order() == ["a", "c"]
        # Whoever listed them took it away.
        assert not own.path.exists()
        own.restore()
        assert waiting.order() == ["a", "b", "c"]


@pytest.mark.parametrize("is_deleted", [False, True])
def test_entries_of_runs_that_are_over_are_swept(waiting: Waiting, is_deleted: bool) -> None:
    import shutil

    runs = [waiting.enter(name) for name in "ab"]
    if is_deleted:
        shutil.rmtree(runs[0].directory)
    else:
        RunRecord(runs[0]).transition("cancelled", attempt=1)
        # The test, its supervisor, lives: who lives takes its own entry away.
        assert waiting.order() == ["b"]
        assert waiting.own(runs[0]).path.exists()
        runs[0].attempt(1).lease.unlink()
    assert waiting.order() == ["b"]
    assert not waiting.own(runs[0]).path.exists()
    assert waiting.own(runs[1]).path.exists()


def test_a_folder_of_runs_that_is_away_for_a_while_costs_no_place(waiting: Waiting, tmp_path: Path) -> None:
    waiting.enter("a")
    waiting.root.rename(tmp_path / "away")
    waiting.order()
    (tmp_path / "away").rename(waiting.root)
    assert waiting.order() == ["a"]


def test_a_folder_of_runs_that_never_comes_back_is_forgotten(waiting: Waiting, tmp_path: Path) -> None:
    path = waiting.own(waiting.enter("a")).path
    waiting.root.rename(tmp_path / "away")
    long_ago = time.time() - 30 * 86_400
    os.utime(path, (long_ago, long_ago))
    assert waiting.order() == []
    assert not path.exists()


def test_a_queue_without_runs_leaves_nothing(waiting: Waiting) -> None:
    paths = waiting.enter("a")
    waiting.own(paths).leave()
    assert waiting.queues.summaries() == []
    assert not waiting.folders.queue("night").exists()


def test_many_enter_at_once_and_get_places_of_their_own(waiting: Waiting) -> None:
    terms = AttemptTerms(queue="night")
    runs = [make_run(waiting.root, name=f"r{number}", terms=terms) for number in range(12)]
    threads = [
        threading.Thread(target=lambda paths=paths: waiting.own(paths).enter(ONE, keeps_place=False)) for paths in runs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ranks = [entry.record.rank for entry in EntryReader(waiting.folders).read()]
    assert len(ranks) == len(set(ranks)) == 12


def test_moves_of_several_windows_lose_no_run_and_no_order(waiting: Waiting) -> None:
    runs = [waiting.enter(name) for name in "abcde"]

    def shuffle(seed: int) -> None:
        choice = random.Random(seed)
        queues = Queues(waiting.folders)
        for _ in range(40):
            queues.move(waiting.root, choice.choice(runs).run_id, choice.randint(1, 5))

    threads = [threading.Thread(target=shuffle, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waiting.order()) == list("abcde")


def test_a_writer_that_is_killed_leaves_the_lock_and_no_litter(waiting: Waiting) -> None:
    paths = waiting.enter("a")
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tunewright_bridge.supervise.queueing.lock import queues_locked\n"
        f"with queues_locked(Path({str(waiting.folders.lock)!r}), seconds=5):\n"
        f"    Path({str(waiting.folders.queue('night'))!r}, '.a.json.1.tmp').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    waiting.queues.move(waiting.root, paths.run_id, 1)
    waiting.own(paths).path.write_text("{")
    waiting.order()
    assert list(waiting.folders.queue("night").parent.rglob("*.tmp")) == []


def test_a_holder_of_the_lock_that_is_paused_is_told_to_go_on(waiting: Waiting) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from tunewright_bridge.supervise.queueing.lock import queues_locked\n"
        f"with queues_locked(Path({str(waiting.folders.lock)!r}), seconds=5):\n"
        "    print('locked', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    holder = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == b"locked\n"
        holder.send_signal(signal.SIGSTOP)
        wait_for(lambda: is_paused(holder.pid), "the pause")
        with pytest.raises(TimeoutError), queues_locked(waiting.folders.lock, seconds=3.0):
            pass
        wait_for(lambda: not is_paused(holder.pid), "that it goes on")
    finally:
        holder.send_signal(signal.SIGCONT)
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


def is_paused(pid: int) -> bool:
    entry = look_up(pid)
    return entry is not None and entry.is_paused


def test_an_entry_written_by_hand_with_the_same_rank_has_a_certain_place(waiting: Waiting) -> None:
    for name in "ba":
        waiting.enter(name)
    for entry in EntryReader(waiting.folders).read():
        write_entry(entry.path, replace(entry.record, rank=1.0, entered_at_ms=0, run_id=entry.record.run_id))
    orders = {tuple(waiting.order()) for _ in range(3)}
    assert len(orders) == 1


def test_what_is_written_is_a_queue_entry_of_the_protocol(waiting: Waiting) -> None:
    paths = waiting.enter("a")
    (entry,) = EntryReader(waiting.folders).read()
    assert entry.record == QueueEntry(
        format=1,
        root=str(waiting.root),
        run_id=paths.run_id,
        name="a",
        rank=1.0,
        entered_at_ms=entry.record.entered_at_ms,
        devices_wanted=1,
        device_kind="cpu",
    )
