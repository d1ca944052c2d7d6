"""Kills, restarts, full disks, torn files: nobody who waits loses its place, and no device is ever shared."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

import tunewright_bridge
from live_runs import IMPATIENT, LiveRun, wait_for
from made_runs import prepared_run
from queued_runs import QueueHost, queue_host
from small_disks import small_disk
from tunewright_bridge.protocol.run import AttemptTerms
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.processes import is_alive
from tunewright_bridge.supervise.starting import start_supervisor


def test_a_waiter_that_is_killed_keeps_its_place(host: QueueHost) -> None:
    host.hold("first")
    runs = [host.start(name) for name in ("a", "b")]
    runs[0].kill(runs[0].supervisor)
    assert host.waiting() == ["a", "b"]
    assert host.reason("a") == "nobody"
    assert repair(runs[0].paths).state == "queued"
    assert runs[0].generation == 2
    assert host.reason("a") != "nobody"
    host.let_go("first")
    for run in runs:
        assert run.wait_for_end().state == "succeeded"
    assert host.begun == ["first", "a", "b"]


def test_who_lost_its_waiter_is_passed_over_where_nobody_looks(host: QueueHost) -> None:
    host.hold("first")
    runs = [host.start(name) for name in ("a", "b")]
    runs[0].kill(runs[0].supervisor)
    host.let_go("first")
    assert runs[1].wait_for_end().state == "succeeded"
    assert host.waiting() == ["a"]
    # Whoever comes later does not wait for it again.
    entry = json.loads(host.entry_file(runs[0]).read_text())
    assert entry["waitsFor"]["code"] == "nobody"
    assert host.start("c").wait_for_end().state == "succeeded"
    assert runs[0].wait_for_end(repairing=True).state == "succeeded"
    assert host.begun == ["first", "b", "c", "a"]


def test_all_waiters_are_killed_at_once_and_start_in_their_order(host: QueueHost) -> None:
    host.hold("first")
    runs = [host.start(name) for name in ("a", "b", "c")]
    host.queues.move(runs[2].paths.directory.parent, runs[2].paths.run_id, 1)
    supervisors = [run.supervisor for run in runs]
    for supervisor in supervisors:
        os.kill(supervisor.pid, signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, supervisors)), "their end")
    host.let_go("first")
    host.runs[0].wait_for_end()
    # The last one is looked at first, and yet it is not its turn.
    for run in reversed(runs):
        assert repair(run.paths).state in ("queued", "starting", "running", "succeeded")
    for run in runs:
        assert run.wait_for_end(repairing=True).state == "succeeded"
    assert host.begun == ["first", "c", "a", "b"]


def test_after_a_restart_of_the_machine_the_queue_goes_on(host: QueueHost) -> None:
    first = host.hold("first")
    runs = [host.start(name) for name in ("a", "b")]
    for run in (*reversed(runs), first):
        identities = [run.supervisor, run.recorder, run.trainer] if run is first else [run.supervisor]
        for identity in identities:
            run.kill(identity)
        restarted(run)
    state = repair(first.paths)
    assert (state.state, state.cause and state.cause.code) == ("lost", "restarted")
    for run in runs:
        assert repair(run.paths).state in ("queued", "starting", "running", "succeeded")
    for run in runs:
        assert run.wait_for_end(repairing=True).state == "succeeded"
    assert host.begun == ["first", "a", "b"]


@pytest.mark.parametrize("queue", ["day", None])
def test_a_run_that_goes_on_in_another_queue_or_in_none_leaves_nothing_behind(
    host: QueueHost, queue: str | None
) -> None:
    run = host.hold("first")
    for identity in (run.supervisor, run.recorder, run.trainer):
        run.kill(identity)
    assert repair(run.paths).state == "lost"
    attempt = RunRecord(run.paths).next_attempt()
    program = [sys.executable, "-c", "import time; time.sleep(600)"]
    prepared = prepared_run(attempt, arguments=program, terms=AttemptTerms(queue=queue))
    assert host.entry_file(run).exists()
    RunRecord(run.paths).begin_attempt(
        replace(prepared.attempt, number=2), cause=cause("resumed", checkpoint="c", step=1)
    )
    start_supervisor(run.paths, attempt, environment=os.environ, patience=IMPATIENT)
    run.attempt = attempt
    wait_for(attempt.recorder.exists, "the command")
    assert host.entries("night") == []
    assert not host.entry_file(run).exists()
    assert [entry.run_id for entry in host.entries("day")] == [run.paths.run_id] * (queue == "day")


def restarted(run: LiveRun) -> None:
    """Its records are of an earlier boot, and the ids that they name are those of others by now."""
    for path, names in ((run.attempt.lease, ["supervisor"]), (run.attempt.recorder, ["recorder", "trainer"])):
        if path.exists():
            record = json.loads(path.read_text())
            for name in names:
                record[name] |= {"pid": os.getpid(), "bootId": "before"}
            path.write_text(json.dumps(record))


def test_two_bridges_adopt_a_waiting_run_once(host: QueueHost) -> None:
    host.hold("first")
    run = host.start("a")
    run.kill(run.supervisor)
    code = f"""
        from pathlib import Path
        from tunewright_bridge.runs.layout import RunPaths
        from tunewright_bridge.supervise.adoption import repair
        print(repair(RunPaths(Path({str(run.paths.directory)!r}))).state)
    """
    bridges = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [bridge.communicate()[0].strip() for bridge in bridges] == ["queued"] * 3
    assert run.generation == 2
    host.let_go("first")
    assert run.wait_for_end().state == "succeeded"
    assert host.begun == ["first", "a"]


def test_a_waiter_killed_after_it_took_the_devices_and_before_it_started(host: QueueHost) -> None:
    host.hold("first")
    runs = [host.start(name) for name in ("a", "b")]
    runs[0].kill(runs[0].supervisor)
    entry = host.entry_file(runs[0])
    entry.write_text(json.dumps({**json.loads(entry.read_text()), "deviceIds": ["cpu"]}))
    # It holds nothing: it waits, in its place.
    assert host.waiting() == ["a", "b"]
    host.let_go("first")
    assert repair(runs[0].paths).state in ("queued", "starting", "running", "succeeded")
    for run in runs:
        assert run.wait_for_end(repairing=True).state == "succeeded"
    assert host.begun == ["first", "a", "b"]


def test_a_holder_of_whom_all_is_killed_gives_its_devices_to_the_next(host: QueueHost) -> None:
    first = host.hold("first")
    second = host.start("second")
    for identity in (first.supervisor, first.recorder, first.trainer):
        first.kill(identity)
    # Nobody looks at the first one: whoever waits finds out.
    assert second.wait_for_end().state == "succeeded"
    assert repair(first.paths).state == "lost"


def test_a_trainer_without_supervisor_and_recorder_keeps_its_devices(host: QueueHost) -> None:
    first = host.hold("first")
    second = host.start("second")
    first.kill(first.supervisor)
    first.kill(first.recorder)
    third = host.start("third")
    assert [second.state.state, third.state.state] == ["queued", "queued"]
    host.let_go("first")
    assert second.wait_for_end().state == "succeeded"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": 1, "rank": NaN}', "\0\0\0\0"])
def test_a_torn_entry_of_a_holder_lets_nobody_onto_its_devices(host: QueueHost, damage: str) -> None:
    first = host.hold("first")
    host.entry_file(first).write_text(damage)
    second = host.start("second")
    wait_for(lambda: host.reason("second") == "devices-held", "that it sees who lives")
    assert second.state.state == "queued"
    host.let_go("first")
    assert second.wait_for_end().state == "succeeded"
    assert host.begun == ["first", "second"]


def test_a_torn_or_lost_entry_of_a_waiter_is_written_anew(host: QueueHost) -> None:
    host.hold("first")
    runs = [host.start(name) for name in ("a", "b", "c")]
    host.entry_file(runs[0]).write_text("{")
    host.entry_file(runs[1]).unlink()
    wait_for(lambda: host.waiting() == ["a", "b", "c"], "the entries")
    host.let_go("first")
    for run in runs:
        assert run.wait_for_end().state == "succeeded"
    assert host.begun == ["first", "a", "b", "c"]


def test_the_folder_of_queues_is_deleted(two_cards: QueueHost) -> None:
    two_cards.hold("a")
    two_cards.hold("b")
    waiting = [two_cards.start(name) for name in ("c", "d")]
    shutil.rmtree(two_cards.queues_folder, ignore_errors=True)
    wait_for(lambda: two_cards.waiting() == ["c", "d"], "the entries")
    # Those that hold devices are known by their processes alone.
    wait_for(lambda: two_cards.reason("c") == "devices-held", "that it sees who lives")
    two_cards.let_go("a")
    two_cards.let_go("b")
    for run in waiting:
        assert run.wait_for_end().state == "succeeded"


def test_a_paused_waiter_goes_on_when_it_is_its_turn(host: QueueHost) -> None:
    host.hold("first")
    runs = [host.start(name) for name in ("a", "b")]
    os.kill(runs[0].supervisor.pid, signal.SIGSTOP)
    host.let_go("first")
    for run in runs:
        assert run.wait_for_end().state == "succeeded"
    assert host.begun == ["first", "a", "b"]


def test_a_clock_that_jumps_changes_no_order(host: QueueHost) -> None:
    host.hold("first")
    runs = [host.start(name) for name in ("a", "b", "c")]
    for run, entered_at_ms in zip(runs, (2**50, 0, 1), strict=True):
        entry = host.entry_file(run)
        entry.write_text(json.dumps({**json.loads(entry.read_text()), "enteredAtMs": entered_at_ms}))
    host.let_go("first")
    for run in runs:
        assert run.wait_for_end().state == "succeeded"
    assert host.begun == ["first", "a", "b", "c"]


def test_our_own_programs_are_replaced_while_a_run_waits(host: QueueHost, tmp_path: Path) -> None:
    """An update of the extension takes the old one away; the run is started by whoever looks next."""
    host.hold("first")
    bridge = tmp_path / "bridge"
    shutil.copytree(Path(tunewright_bridge.__file__).parent, bridge / "tunewright_bridge")
    run = host.store("a")
    code = f"""
        import os
        from pathlib import Path
        from tunewright_bridge.runs.layout import RunPaths
        from tunewright_bridge.supervise.starting import start_supervisor
        paths = RunPaths(Path({str(run.paths.directory)!r}))
        start_supervisor(paths, paths.attempt(1), environment=os.environ)
    """
    others = [place for place in sys.path if not (Path(place) / "tunewright_bridge").exists()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(bridge), *others])}
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], env=environment, check=True)
    old = run.supervisor
    shutil.rmtree(bridge)
    wait_for(lambda: not is_alive(old), "that the old one goes")
    assert run.state.state == "queued"
    assert host.waiting() == ["a"]
    host.let_go("first")
    assert run.wait_for_end(repairing=True).state == "succeeded"


def test_a_full_disk_under_the_queues_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "disk") as disk, queue_host(tmp_path, monkeypatch, state=disk.place) as host:
        host.hold("first")
        run = host.start("a")
        wait_for(lambda: host.reason("a") == "devices-held", "the reason")
        disk.fill()
        # Whoever leaves makes room for whoever comes next.
        host.let_go("first")
        assert run.wait_for_end().state == "succeeded"


def test_nobody_takes_devices_that_it_cannot_write_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "disk") as disk, queue_host(tmp_path, monkeypatch, state=disk.place) as host:
        first = host.hold("first")
        run = host.start("a")
        wait_for(lambda: host.reason("a") == "devices-held", "the reason")
        disk.forbid_writing()
        host.let_go("first")
        first.wait_for_end()
        wait_for(lambda: b"cannot be used at present" in run.attempt.supervisor_log.read_bytes(), "the complaint")
        assert run.state.state == "queued"
        disk.allow_writing()
        assert run.wait_for_end().state == "succeeded"
        assert host.begun == ["first", "a"]


def test_a_run_whose_own_disk_is_full_lets_others_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "disk") as disk, queue_host(tmp_path, monkeypatch) as host:
        host.hold("first")
        full = host.start("full", workspace=disk.place)
        other = host.start("other")
        disk.fill()
        host.let_go("first")
        assert other.wait_for_end().state == "succeeded"
        wait_for(lambda: host.reason("full") == "storage", "the reason")
        assert full.state.state == "queued"
        disk.free()
        assert full.wait_for_end().state == "succeeded"
        assert host.begun == ["first", "other", "full"]
