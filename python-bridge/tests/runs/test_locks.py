"""That nobody waits for ever for a lock whose holder was halted."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from live_runs import wait_for
from tunewright_bridge.runs.durable import locked

HOLDER = """
    import sys, time
    from pathlib import Path
    from tunewright_bridge.runs.durable import locked
    with locked(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def state_of(process: "subprocess.Popen[str]") -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_halted_holder_goes_on_when_somebody_waits(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    os.kill(holder.pid, signal.SIGSTOP)
    wait_for(lambda: state_of(holder) == "T", "the halt")
    assert holder.stdin is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    with locked(tmp_path / "lock"):
        assert holder.wait(60) == 0


def test_who_waits_gets_the_lock_when_it_is_given_back(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    has_lock = threading.Event()

    def take() -> None:
        with locked(tmp_path / "lock"):
            has_lock.set()

    waiting = threading.Thread(target=take)
    waiting.start()
    assert not has_lock.wait(0.2)
    assert holder.stdin is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    waiting.join(60)
    assert has_lock.is_set()
