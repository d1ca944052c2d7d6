"""A command behind a gate: it begins whole, with an id that is known before, or never."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from live_runs import wait_for
from tunewright_bridge.supervise.gate import GatedCommand
from tunewright_bridge.supervise.processes import look_up


@pytest.fixture
def output(tmp_path: Path) -> Iterator[int]:
    with (tmp_path / "output").open("wb") as file:
        yield file.fileno()


def command(code: str, tmp_path: Path, output: int) -> GatedCommand:
    return GatedCommand(
        [sys.executable, "-c", code], working_directory=str(tmp_path), environment={"NAME": "x y"}, output=output
    )


def test_it_begins_when_the_gate_opens_in_the_process_that_was_named(tmp_path: Path, output: int) -> None:
    code = "import os; print(os.getpid(), os.getsid(0), os.getcwd(), os.environ['NAME'])"
    gated = command(code, tmp_path, output)
    start = look_up(gated.pid)
    assert start is not None
    assert (tmp_path / "output").read_text() == ""
    gated.open()
    current = look_up(gated.pid)
    assert current is None or current.start_token == start.start_token
    assert os.waitpid(gated.pid, 0)[1] == 0
    assert (tmp_path / "output").read_text() == f"{gated.pid} {gated.pid} {tmp_path} x y\n"


def test_it_inherits_no_deafness(tmp_path: Path, output: int) -> None:
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        gated = command("import time; print('ready', flush=True); time.sleep(60)", tmp_path, output)
        gated.open()
    finally:
        signal.signal(signal.SIGINT, before)
    wait_for(lambda: "ready" in (tmp_path / "output").read_text(), "the command")
    os.kill(gated.pid, signal.SIGINT)
    assert os.waitstatus_to_exitcode(os.waitpid(gated.pid, 0)[1]) == -signal.SIGINT


def test_an_interrupt_before_the_gate_opens_ends_it(tmp_path: Path, output: int) -> None:
    gated = command("print('never')", tmp_path, output)
    wait_for(lambda: os.getsid(gated.pid) == gated.pid, "a session of its own")
    os.kill(gated.pid, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(gated.pid, 0)[1]) == -signal.SIGTERM
    gated.open()
    assert (tmp_path / "output").read_text() == ""


@pytest.mark.parametrize("arguments", [["/no/such/program"], ["no-such-program-anywhere"]])
def test_a_program_that_is_not_there_is_named(tmp_path: Path, output: int, arguments: list[str]) -> None:
    gated = GatedCommand(arguments, working_directory=str(tmp_path), environment=dict(os.environ), output=output)
    with pytest.raises(FileNotFoundError) as caught:
        gated.open()
    assert caught.value.filename == arguments[0]
    os.waitpid(gated.pid, 0)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, output: int) -> None:
    gated = command("", tmp_path / "gone", output)
    with pytest.raises(FileNotFoundError) as caught:
        gated.open()
    assert caught.value.filename == str(tmp_path / "gone")
    os.waitpid(gated.pid, 0)


def test_it_never_begins_where_its_maker_is_killed_first(tmp_path: Path) -> None:
    code = f"""
        import os, sys, time
        from tunewright_bridge.supervise.gate import GatedCommand
        program = [sys.executable, "-c", "open('begun', 'w')"]
        gated = GatedCommand(program, working_directory={str(tmp_path)!r}, environment=dict(os.environ), output=2)
        print(gated.pid, flush=True)
        time.sleep(60)
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True, env=environment
    ) as maker:
        assert maker.stdout is not None
        gated = int(maker.stdout.readline())
        maker.kill()
    wait_for(lambda: (entry := look_up(gated)) is None or entry.is_zombie, "the end of the command")
    assert not (tmp_path / "begun").exists()
