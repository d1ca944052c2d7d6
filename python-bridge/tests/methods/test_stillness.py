"""A run is called still only while no file of it has moved and everybody who carries it lives."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from made_runs import make_run
from tunewright_bridge.methods.watching.stillness import Stillness
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import Lease, RecorderRecord, RunEvent
from tunewright_bridge.runs.durable import append_line, json_line, write_json_atomically
from tunewright_bridge.runs.layout import RunPaths, runs_root
from tunewright_bridge.runs.reading import summary_of
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.processes import identity_of


@pytest.fixture
def carrier() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.fixture
def run(tmp_path: Path, carrier: "subprocess.Popen[bytes]") -> RunPaths:
    """A running run that has been quiet for a minute."""
    paths = make_run(runs_root(tmp_path))
    attempt = paths.attempt(1)
    identity = identity_of(carrier.pid)
    write_json_atomically(attempt.lease, encode(Lease(format=1, generation=1, supervisor=identity, taken_at_ms=0)))
    record = RecorderRecord(format=1, recorder=identity, trainer=identity, started_at_ms=0)
    write_json_atomically(attempt.recorder, encode(record))
    RunRecord(paths).transition("starting", attempt=1)
    RunRecord(paths).transition("running", attempt=1)
    for place in (paths.directory, attempt.directory, paths.events):
        status = place.stat()
        os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns - 60_000_000_000))
    return paths


def looked_at(run: RunPaths) -> Stillness:
    stillness = Stillness()
    stillness.remember(run, summary_of(run), stillness.stamps_of(run, 1))
    return stillness


def test_a_quiet_run_is_still_at_every_look(run: RunPaths) -> None:
    stillness = looked_at(run)
    assert stillness.summary(run.run_id) == summary_of(run)
    assert stillness.summary(run.run_id) == summary_of(run)


def alert_comes(run: RunPaths) -> None:
    write_json_atomically(run.attempt(1).health, {"format": 1, "alerts": []})


def event_comes(run: RunPaths) -> None:
    append_line(run.events, json_line(encode(RunEvent(at_ms=1, attempt=1, kind="note"))))


def state_changes(run: RunPaths) -> None:
    RunRecord(run).transition("stopping", attempt=1)


def directory_is_replaced(run: RunPaths) -> None:
    run.directory.rename(run.directory.with_name("moved"))


@pytest.mark.parametrize("change", [alert_comes, event_comes, state_changes, directory_is_replaced])
def test_whatever_changes_in_its_directory_has_to_be_read(run: RunPaths, change: Callable[[RunPaths], None]) -> None:
    stillness = looked_at(run)
    change(run)
    assert stillness.summary(run.run_id) is None
    assert stillness.summary(run.run_id) is None


def test_a_death_without_a_word_has_to_be_looked_at(run: RunPaths, carrier: "subprocess.Popen[bytes]") -> None:
    stillness = looked_at(run)
    carrier.kill()
    os.waitid(os.P_PID, carrier.pid, os.WEXITED | os.WNOWAIT)
    assert stillness.summary(run.run_id) is None


def test_a_supervisor_that_was_halted_has_to_be_woken(run: RunPaths, carrier: "subprocess.Popen[bytes]") -> None:
    stillness = looked_at(run)
    carrier.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, carrier.pid, os.WSTOPPED | os.WNOWAIT)
    assert stillness.summary(run.run_id) is None


def test_a_run_that_has_just_changed_is_not_trusted_yet(run: RunPaths) -> None:
    alert_comes(run)
    assert looked_at(run).summary(run.run_id) is None


def test_only_a_run_that_runs_can_be_still(run: RunPaths) -> None:
    stillness = Stillness()
    stillness.remember(run, replace(summary_of(run), state="stopping"), stillness.stamps_of(run, 1))
    assert stillness.summary(run.run_id) is None


def test_other_runs_are_forgotten(run: RunPaths) -> None:
    stillness = looked_at(run)
    stillness.keep_only(set())
    assert stillness.summary(run.run_id) is None
