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
    for run_id in ("20200101-000000-a-aaaa", "20200102-000000-b-bbbb", "20200102-000000-b-cccc"):
        (tmp_path / run_id).mkdir()
    store = RunStore(tmp_path)
    assert find_run(first, store) == first
    assert store.summary(store.get(find_run("first.sft#2", store))).number == 2
    assert find_run("other.sft#1", store) == other
    # An id is enough for a run whose files cannot be read.
    assert find_run("20200101", store) == "20200101-000000-a-aaaa"
    with pytest.raises(UsageError, match="may mean 2 runs: 20200102-000000-b-cccc, 20200102-000000-b-bbbb"):
        find_run("20200102", store)
    for unknown in ("nothing", "first.sft#9", ""):
        with pytest.raises(UsageError, match="There is no run"):
            find_run(unknown, store)
