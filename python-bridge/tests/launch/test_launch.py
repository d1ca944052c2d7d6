"""The launcher as it ships: a folder with the package and what it needs beside it, started by every Python found."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from bridge_child import DEADLINE_SECONDS, SOURCE, BridgeChild

LAUNCH = SOURCE.parent / "launch"
SHIPPED = ("psutil", "pynvml", "yaml", "watchdog")


def pythons() -> dict[str, str]:
    """Every Python on this machine that is new enough, by version."""
    found = {".".join(map(str, sys.version_info[:2])): sys.executable}
    for minor in range(10, 15):
        version = f"3.{minor}"
        installed = sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
        for candidate in filter(None, [shutil.which(f"python{version}"), *installed]):
            asked = [candidate, "-IS", "-c", "import sys; print(sys.executable)"]
            done = subprocess.run(asked, capture_output=True, text=True)
            if done.returncode == 0:
                found.setdefault(version, done.stdout.strip())
    return found


PYTHONS = pythons()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the build puts into dist/bridge, at a path with a space, and read-only."""
    folder = tmp_path_factory.mktemp("an extension") / "bridge"
    shutil.copytree(LAUNCH, folder)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(SOURCE / "tunewright_bridge", folder / "tunewright_bridge", ignore=ignored)
    pure = folder / "vendor" / "pure"
    compiled = folder / "vendor" / f"{sys.platform}-{os.uname().machine.lower()}"
    compiled.mkdir(parents=True)
    pure.mkdir()
    for name in SHIPPED:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        place = compiled if name == "psutil" else pure
        origin = Path(spec.origin)
        if origin.name == "__init__.py":
            shutil.copytree(origin.parent, place / name, ignore=ignored)
        else:
            shutil.copy(origin, place)
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(stat.S_IRWXU)


def launch(shipped: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", str(shipped / "tunewright-bridge"), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.mark.parametrize("version", PYTHONS)
def test_it_serves_under_every_python(shipped: Path, version: str, tmp_path: Path) -> None:
    environment = {"TUNEWRIGHT_PYTHON": PYTHONS[version], "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": ""}
    with BridgeChild(["sh", str(shipped / "tunewright-bridge"), "serve", "--stdio"], environment) as bridge:
        answer = bridge.initialize()
        assert answer["pythonVersion"].startswith(f"{version}.")
        # Needs psutil, which is compiled.
        assert bridge.request("devices/read")["devices"][0]["kind"] == "cpu"
        # Needs watchdog and PyYAML.
        assert bridge.request("runs/watch", root=str(tmp_path / "runs")) == {"runs": [], "total": 0}
    assert bridge.process.returncode == 0
    assert bridge.error_text == ""
    assert list(shipped.rglob("__pycache__")) == []
    assert list((tmp_path / "tunewright" / "pycache").rglob("serve.*.pyc")) != []


def test_it_is_found_through_a_link(shipped: Path, tmp_path: Path) -> None:
    link = tmp_path / "bin" / "tunewright-bridge"
    link.parent.mkdir()
    link.symlink_to(os.path.relpath(shipped / "tunewright-bridge", link.parent))
    done = subprocess.run(
        [str(link), "--version"],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        timeout=DEADLINE_SECONDS,
    )
    assert done.stdout.startswith("tunewright-bridge 0.")


def test_the_first_python_that_is_new_enough_is_taken(shipped: Path, tmp_path: Path) -> None:
    commands = tmp_path / "bin"
    commands.mkdir()
    old = commands / "python3"
    # Answers as Python 3.9 would: it runs, and prints nothing.
    old.write_text("#!/bin/sh\nexit 0\n")
    old.chmod(0o755)
    (commands / "python3.12").symlink_to(sys.executable)
    done = launch(shipped, "--version", PATH=f"{commands}:/usr/bin:/bin", XDG_CACHE_HOME=str(tmp_path))
    assert done.stdout.startswith("tunewright-bridge 0."), done.stderr


def test_a_machine_without_python_is_told_so(shipped: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [shutil.which("sh") or "/bin/sh", str(shipped / "tunewright-bridge"), "runs"],
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path)},
        timeout=DEADLINE_SECONDS,
    )
    assert done.returncode == 127
    assert done.stderr == (
        "Tunewright needs Python 3.10 or newer, and none is on PATH. Install one, or name it in TUNEWRIGHT_PYTHON.\n"
    )


@pytest.mark.parametrize("named", ["/nowhere/python", "/bin/cat"])
def test_a_named_python_that_is_none_is_told(shipped: Path, named: str) -> None:
    done = launch(shipped, "runs", TUNEWRIGHT_PYTHON=named)
    assert done.returncode == 127
    assert f"TUNEWRIGHT_PYTHON is {named}" in done.stderr


def test_nothing_from_the_users_python_gets_in(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a module of the user got in')\n")
    done = subprocess.run(
        ["sh", str(shipped / "tunewright-bridge"), "devices", "--json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert '"kind": "cpu"' in done.stdout
