"""The child that makes an argument class can do no harm, and neither its death nor its silence stops the judge."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tunewright_bridge.engine.swift import judge_fork, judge_world


class Parser:
    """Makes its class by calling a function."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    def parse_args_into_dataclasses(self, arguments: list[str], **options: object) -> object:
        return self._make()


@pytest.fixture
def stage(tmp_path: Path) -> judge_fork.ClassStage:
    (tmp_path / "empty").mkdir()
    stand_ins = SimpleNamespace(empty=tmp_path / "empty", put_in_place=lambda used: None)
    world = SimpleNamespace(
        StandIns=SimpleNamespace(made_in=lambda folder: stand_ins),
        pretend_an_ideal_machine=lambda: None,
        spread=lambda: None,
        lock=judge_world.lock,
    )
    return judge_fork.ClassStage(world, tmp_path)


def asked(stage: judge_fork.ClassStage, make: Callable[[], object], **details: Any) -> tuple[str, str | None]:
    """Stage and part of the machine; no child is left behind."""
    question = judge_fork.Question(
        parser=Parser(make),
        arguments=[],
        variables=details.get("variables", {}),
        folder=None,
        has_plugins=details.get("has_plugins", False),
        is_about_machine=False,
    )
    answer = stage.verdict(question)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return answer["stage"], answer.get("machine")


def refuse() -> None:
    raise ValueError("it does not go together")


def test_what_the_class_says_is_told(stage: judge_fork.ClassStage) -> None:
    assert asked(stage, lambda: None) == ("accepted", None)
    assert asked(stage, refuse) == ("class", None)
    assert asked(stage, refuse, has_plugins=True) == ("class", "plugin")


def test_a_class_that_does_not_come_back_is_ended(
    stage: judge_fork.ClassStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge_fork, "TIME_LIMIT_SECONDS", 0.3)
    assert asked(stage, lambda: time.sleep(600)) == ("class", "time")
    assert asked(stage, refuse) == ("class", None)


def test_a_class_that_kills_its_process_is_survived(stage: judge_fork.ClassStage) -> None:
    assert asked(stage, lambda: os._exit(3)) == ("class", "crash")
    assert asked(stage, lambda: os.kill(os.getpid(), signal.SIGKILL)) == ("class", "crash")


def test_nothing_is_reached_started_or_written(stage: judge_fork.ClassStage, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    try:
        assert asked(stage, lambda: socket.create_connection(("127.0.0.1", port))) == ("class", "network")
        assert asked(stage, lambda: socket.getaddrinfo("localhost", 80)) == ("class", "network")
    finally:
        server.close()
    assert asked(stage, lambda: subprocess.run(["true"], check=False)) == ("class", "file")
    assert asked(stage, lambda: outside.write_text("x")) == ("class", "file")
    assert asked(stage, lambda: os.remove(__file__)) == ("class", "file")
    # The engine makes its output folder before it is done; that is passed over.
    assert asked(stage, lambda: os.makedirs(outside)) == ("accepted", None)
    assert not outside.exists()
    assert Path(__file__).exists()


def test_variables_reach_the_child_alone(stage: judge_fork.ClassStage) -> None:
    def needs_variable() -> None:
        if os.environ.get("TUNEWRIGHT_TEST_ONLY") != "1":
            refuse()

    assert asked(stage, needs_variable, variables={"TUNEWRIGHT_TEST_ONLY": "1"}) == ("accepted", None)
    assert "TUNEWRIGHT_TEST_ONLY" not in os.environ
