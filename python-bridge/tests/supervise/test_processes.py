"""Processes by identity: both ways of asking for them agree, and no other process is ever meant."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

import pytest

from live_runs import wait_for
from tunewright_bridge.supervise import processes_linux, processes_psutil
from tunewright_bridge.supervise.processes import continue_if_paused, descendants, identity_of, is_alive, is_knowable

SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    environment = {**os.environ, "A_MARK": "x=y"}
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


@pytest.mark.parametrize("processes", [processes_linux, processes_psutil])
def test_a_process_is_seen_signalled_and_seen_dead(processes: ModuleType, child: "subprocess.Popen[bytes]") -> None:
    entry = processes.look_up(child.pid)
    assert (entry.pid, entry.parent, entry.is_zombie) == (child.pid, os.getpid(), False)
    assert processes.environment_of(child.pid)["A_MARK"] == "x=y"
    assert child.pid in [found.pid for found in processes.all_processes()]
    assert processes.boot_id()
    other = entry._replace(start_token="1")
    assert not processes.send_signal(other, signal.SIGKILL)
    assert child.poll() is None
    assert processes.send_signal(entry, signal.SIGKILL)
    wait_for(lambda: bool(processes.look_up(child.pid).is_zombie), "a zombie")
    child.wait()
    assert processes.look_up(child.pid) is None
    assert not processes.send_signal(entry, signal.SIGKILL)
    assert processes.environment_of(child.pid) == {}


@pytest.mark.parametrize("processes", [processes_linux, processes_psutil])
def test_a_process_that_a_signal_has_halted_is_seen_and_goes_on(
    processes: ModuleType, child: "subprocess.Popen[bytes]"
) -> None:
    assert not processes.look_up(child.pid).is_paused
    identity = identity_of(child.pid)
    assert not continue_if_paused(identity)
    os.kill(child.pid, signal.SIGSTOP)
    wait_for(lambda: bool(processes.look_up(child.pid).is_paused), "the halt")
    assert is_alive(identity)
    assert not continue_if_paused(replace(identity, start_token="1"))
    assert continue_if_paused(identity)
    wait_for(lambda: not processes.look_up(child.pid).is_paused, "its going on")


def test_an_identity_is_one_process_and_no_other(child: "subprocess.Popen[bytes]") -> None:
    identity = identity_of(child.pid)
    assert is_alive(identity)
    for other in (
        replace(identity, start_token="1"),
        replace(identity, boot_id="another"),
        replace(identity, pid=2**22 + 1),
    ):
        assert not is_alive(other)
    child.kill()
    wait_for(lambda: not is_alive(identity), "its end, though nobody has collected it")
    assert child.returncode is None


def test_what_cannot_be_known_from_here(child: "subprocess.Popen[bytes]") -> None:
    identity = identity_of(child.pid)
    assert is_knowable(identity)
    assert is_knowable(replace(identity, boot_id="before"))
    assert is_knowable(replace(identity, host_name="renamed"))
    assert not is_knowable(replace(identity, boot_id="before", host_name="another"))


def test_there_is_no_identity_without_a_process(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    child.wait()
    with pytest.raises(ProcessLookupError):
        identity_of(child.pid)


def test_descendants_are_found_through_sessions_of_their_own() -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}], start_new_session=True)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        try:
            assert parent.stdout is not None
            parent.stdout.readline()
            below = descendants(parent.pid)
            assert len(below) == 1
            assert below[0].pid in [entry.pid for entry in descendants(os.getpid())]
        finally:
            for entry in descendants(parent.pid):
                os.kill(entry.pid, signal.SIGKILL)
