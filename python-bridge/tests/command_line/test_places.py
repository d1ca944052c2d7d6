import dataclasses
from pathlib import Path

import pytest

from made_runs import make_run
from tunewright_bridge.command_line.places import (
    UsageError,
    default_interpreter,
    find_run,
    interpreter_or_default,
    root_or_default,
)
from tunewright_bridge.runs.layout import runs_root
from tunewright_bridge.runs.store import RunStore


def make_python(prefix: Path) -> str:
    python = prefix / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return str(python)


def test_the_interpreter_is_that_of_the_environment(tmp_path: Path) -> None:
    active, conda, local = (make_python(tmp_path / name) for name in ("active", "conda", "work/.venv"))
    everything = {
        "TUNEWRIGHT_INTERPRETER": "/named/python",
        "VIRTUAL_ENV": str(tmp_path / "active"),
        "CONDA_PREFIX": str(tmp_path / "conda"),
    }
    for expected in ("/named/python", active, conda, local):
        assert default_interpreter(everything, tmp_path / "work") == expected
        everything = dict(list(everything.items())[1:])
    assert default_interpreter({"VIRTUAL_ENV": str(tmp_path / "gone")}, tmp_path) is None
    with pytest.raises(UsageError, match="Pass --interpreter PATH"):
        interpreter_or_default(None, {}, tmp_path)
    assert interpreter_or_default("python3", {}, tmp_path) == "python3"
    assert interpreter_or_default("./venv/bin/python", {}, tmp_path) == str(Path.cwd() / "venv/bin/python")


def test_the_root_is_that_of_the_nearest_folder_above(tmp_path: Path) -> None:
    below = tmp_path / "workspace" / "configs" / "deep"
    below.mkdir(parents=True)
    assert root_or_default(None, below) == runs_root(below)
    runs_root(tmp_path / "workspace").mkdir(parents=True)
    assert root_or_default(None, below) == runs_root(tmp_path / "workspace")
    assert root_or_default("/elsewhere", below) == Path("/elsewhere")


def test_runs_are_found_by_what_people_type(tmp_path: Path) -> None:
    first = make_run(tmp_path).run_id
    make_run(tmp_path)
    other = make_run(tmp_path, name="other.sft").run_id
    runs, _ = RunStore(tmp_path).list()
    assert find_run(first, runs).id == first
    assert find_run("first.sft#2", runs).number == 2
    assert find_run("other.sft#1", runs).id == other
    names = ("20260101-a", "20260102-b", "20260102-c")
    distinct = [dataclasses.replace(run, id=name) for run, name in zip(runs, names, strict=True)]
    assert find_run("20260101", distinct).id == "20260101-a"
    with pytest.raises(UsageError, match="may mean 2 runs: 20260102-b, 20260102-c"):
        find_run("20260102", distinct)
    for unknown in ("nothing", "first.sft#9", ""):
        with pytest.raises(UsageError, match="There is no run"):
            find_run(unknown, runs)
