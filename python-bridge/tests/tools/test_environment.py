"""An interpreter is looked at from outside: whatever a person points at gets a verdict that says what is wrong."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.tools import environment
from tunewright_bridge.tools.environment import inspect, probe, require_engine


def program(path: Path, text: str) -> str:
    """An executable script."""
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An empty virtual environment's interpreter."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    return tmp_path / "env" / "bin" / "python"


def install(python: Path, name: str, version: str, *, module: str = "", code: str = "", requires: str = "") -> None:
    """Puts a distribution into the environment, with a module of the given code."""
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    described = site / f"{name.replace('-', '_')}-{version}.dist-info"
    described.mkdir()
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}")
    if module:
        (site / module).mkdir()
        (site / module / "__init__.py").write_text(code)


def test_a_python_with_the_engine_is_well(python: Path) -> None:
    install(python, "ms-swift", "4.6.0", module="swift")
    install(python, "torch", "2.15.0")
    found = inspect(str(python))
    assert found.health == "ok"
    assert found.interpreter == str(python)
    assert found.packages == {"ms-swift": "4.6.0", "torch": "2.15.0"}
    assert found.python_version == ".".join(map(str, sys.version_info[:3]))
    assert require_engine(str(python)) == found


def test_a_python_without_the_engine_misses_it(python: Path) -> None:
    found = inspect(str(python))
    assert (found.health, found.detail) == ("missing", "The engine (ms-swift) is not installed.")
    with pytest.raises(BridgeError) as caught:
        require_engine(str(python))
    assert caught.value.code == "engine-not-installed"


def test_an_engine_that_dies_at_import_is_broken_and_says_why(python: Path) -> None:
    install(
        python, "ms-swift", "4.6.0", module="swift", code="print('noise')\nraise OSError('libcudart.so.13 is missing')"
    )
    found = inspect(str(python))
    assert (found.health, found.detail) == ("broken", "OSError: libcudart.so.13 is missing")
    with pytest.raises(BridgeError) as caught:
        require_engine(str(python))
    assert caught.value.code == "engine-broken"
    assert "libcudart.so.13 is missing" in str(caught.value)


def test_an_engine_that_takes_the_process_down_is_broken(python: Path) -> None:
    install(python, "ms-swift", "4.6.0", module="swift", code="import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    found = inspect(str(python))
    assert (found.health, found.detail) == ("broken", "It was ended by signal 11.")


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    found = inspect(str(tmp_path / "none"))
    assert (found.health, found.detail) == ("missing", f"There is no file {tmp_path / 'none'}.")
    with pytest.raises(BridgeError) as caught:
        require_engine(str(tmp_path / "none"))
    assert caught.value.code == "interpreter-not-found"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("#!/bin/sh\nexit 0\n", "It is not a Python."),
        ("#!/bin/sh\nwhile :; do echo y; done\n", "It is not a Python."),
        ("#!/bin/sh\nkill -9 $$\n", "It was ended by signal 9."),
        ("#!/no/such/interpreter\n", "It cannot be run: No such file or directory."),
        ("\x00\x01\x02", "It cannot be run: Exec format error."),
        (
            '#!/bin/sh\n[ "$1" = -V ] && echo Python 2.7.18 && exit\n'
            'echo "  File x, line 1" >&2; echo "SyntaxError: invalid syntax" >&2; exit 1\n',
            "Python 2.7.18 is too old for the engine, which needs Python 3.10 or newer.",
        ),
        (
            '#!/bin/sh\necho "Traceback (most recent call last):" >&2\n'
            'echo "ModuleNotFoundError: No module named encodings" >&2\nexit 1\n',
            "This Python fails: ModuleNotFoundError: No module named encodings",
        ),
    ],
)
def test_a_program_that_is_no_python_is_broken(tmp_path: Path, text: str, detail: str) -> None:
    found = inspect(program(tmp_path / "python", text))
    assert (found.health, found.detail) == ("broken", detail)


def test_an_old_python_is_told_apart_from_a_missing_engine(tmp_path: Path) -> None:
    answer = '{"executable": "", "pythonVersion": "3.8.18", "packages": {}, "pins": []}'
    found = inspect(program(tmp_path / "python", f"#!/bin/sh\necho '{answer}' > \"$2\"\n"))
    assert found.detail == "Python 3.8.18 is too old for the engine, which needs 3.10 or newer."


def test_a_program_that_never_answers_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "PROBE_TIMEOUT_SECONDS", 2.0)
    pid_file = tmp_path / "pid"
    hanging = program(tmp_path / "python", f"#!/bin/sh\nsleep 600 &\necho $! > {pid_file}\nwait\n")
    started = time.monotonic()
    assert inspect(hanging).detail == "It did not answer within 2 s."
    # The program itself would take ten minutes.
    assert time.monotonic() - started < 60
    deadline = time.monotonic() + 60
    while _is_running(int(pid_file.read_text())):
        assert time.monotonic() < deadline, "the program's child is still there"
        time.sleep(0.02)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process_id}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_folder_is_no_interpreter(tmp_path: Path) -> None:
    found = inspect(str(tmp_path))
    assert (found.health, found.detail) == ("missing", f"{tmp_path} is a folder, not a Python.")


def test_a_name_is_looked_up_on_the_path(tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "my-python", f'#!/bin/sh\nexec {python} "$@"\n')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert inspect("my-python").interpreter == str(python)
    assert inspect("no-such-python").detail == "There is no file no-such-python."


def test_modules_beside_the_caller_or_the_probe_are_not_imported(
    tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise RuntimeError('a file of the workspace was imported')")
    monkeypatch.chdir(tmp_path)
    assert inspect(str(python)).python_version is not None


def test_requirements_that_are_not_met_are_listed(python: Path) -> None:
    install(
        python,
        "ms-swift",
        "4.6.0",
        module="swift",
        requires="Requires-Dist: trl (>=0.15,<1.0)\nRequires-Dist: peft\nRequires-Dist: ray ; extra == 'ray'\n",
    )
    install(python, "trl", "1.2.0")
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    import packaging

    (site / "packaging").symlink_to(Path(packaging.__file__).parent)
    pins = probe(str(python)).pins
    assert [(pin.name, pin.found) for pin in pins] == [("trl", "1.2.0"), ("peft", None)]


def test_torchs_accelerator_is_read_without_importing_it(python: Path) -> None:
    install(python, "torch", "2.15.0", module="torch", code="raise RuntimeError('torch was imported')")
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    (site / "torch" / "version.py").write_text("__version__ = '2.15.0'\ncuda = '13.2'\nhip = None\n")
    assert probe(str(python)).torch_build == {"cuda": "13.2"}
