"""Pythons with a stand-in for the engine, for tests of what surrounds it: seconds matter there, training does not."""

import shlex
import sys
from pathlib import Path

_TRAINER = str(Path(__file__).parent / "programs" / "trainer.py")

_TASK_PROGRAM = """
import os, runpy, sys
sys.argv = [{trainer!r}, "--output", sys.argv[sys.argv.index("--output_dir") + 1], *os.environ["TRAINER"].split()]
runpy.run_path({trainer!r}, run_name="__main__")
"""

_RESUMABLE_TASK_PROGRAM = """
import os, runpy, sys
def given(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None
resume = given("--resume_from_checkpoint")
options = ["--output", given("--output_dir"), "--steps", given("--max_steps"), "--save-steps", given("--save_steps")]
options += ["--resume", resume] if resume else []
sys.argv = [{trainer!r}, *options, *os.environ.get("TRAINER", "").split()]
runpy.run_path({trainer!r}, run_name="__main__")
"""


def resumable_task_program() -> str:
    """A program of a task that takes from its config how long it trains, how often it saves and where it goes on."""
    return _RESUMABLE_TASK_PROGRAM.format(trainer=_TRAINER)


def python_with_engine(folder: Path, *, task_program: str | None = None) -> Path:
    """An interpreter in `folder` that has an engine, whose `sft` is the stand-in trainer, or `task_program`.

    What the trainer shall do stands in the environment variable TRAINER.
    """
    site = folder / "site"
    (site / "swift" / "cli").mkdir(parents=True)
    (site / "swift" / "__init__.py").write_text("")
    (site / "swift" / "cli" / "sft.py").write_text(task_program or _TASK_PROGRAM.format(trainer=_TRAINER))
    _describe(site, "ms-swift", "4.6.0")
    _describe(site, "torch", "2.15.0")
    return _python(folder, f"PYTHONPATH={shlex.quote(str(site))}")


def python_without_engine(folder: Path) -> Path:
    """An interpreter in `folder` in which nothing is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    return _python(folder, "PYTHONNOUSERSITE=1")


def _python(folder: Path, variable: str) -> Path:
    (folder / "bin").mkdir()
    program = folder / "bin" / "python"
    program.write_text(f'#!/bin/sh\n{variable} exec {shlex.quote(sys.executable)} "$@"\n')
    program.chmod(0o755)
    return program


def _describe(site: Path, name: str, version: str) -> None:
    directory = site / f"{name.replace('-', '_')}-{version}.dist-info"
    directory.mkdir()
    (directory / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
