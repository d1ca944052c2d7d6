"""What a person at a terminal leaves out: the interpreter, the folder of runs, and how a run is named in short."""

import os
from collections.abc import Mapping
from pathlib import Path

from tunewright_bridge.command_line.arguments import PROGRAM
from tunewright_bridge.runs.layout import runs_root
from tunewright_bridge.runs.store import RunStore

NO_INTERPRETER = (
    "No interpreter is known. Pass --interpreter PATH, set TUNEWRIGHT_INTERPRETER, "
    "or activate the environment that holds the engine."
)


class UsageError(Exception):
    """The command cannot be carried out as it was written; the message says how to write it."""


def interpreter_or_default(named: str | None, environment: Mapping[str, str], folder: Path) -> str:
    """The Python that holds the engine. Raises UsageError where nothing tells which."""
    found = default_interpreter(environment, folder) if named is None else named
    if found is None:
        raise UsageError(NO_INTERPRETER)
    # A bare name is looked for on PATH; links are kept, since a virtual environment is known by the link's place.
    return os.path.abspath(found) if os.path.dirname(found) else found


def default_interpreter(environment: Mapping[str, str], folder: Path) -> str | None:
    """The interpreter that the environment names, or that of the active or nearby virtual environment."""
    named = environment.get("TUNEWRIGHT_INTERPRETER")
    if named:
        return named
    prefixes = [environment.get("VIRTUAL_ENV"), environment.get("CONDA_PREFIX"), str(folder / ".venv")]
    for prefix in prefixes:
        for place in ("bin/python", "Scripts/python.exe", "python.exe"):
            if prefix and (Path(prefix) / place).exists():
                return str(Path(prefix) / place)
    return None


def root_or_default(named: str | None, folder: Path) -> Path:
    """The folder of runs: as named, or that of the nearest folder above that has one, or a new one here."""
    if named is not None:
        return Path(named).absolute()
    for candidate in (folder, *folder.parents):
        if runs_root(candidate).is_dir():
            return runs_root(candidate)
    return runs_root(folder)


def find_run(reference: str, store: RunStore) -> str:
    """The id of the run meant by an id, its beginning, `name#number` or `name` (the newest). Raises UsageError."""
    ids = store.run_ids()
    if reference in ids:
        return reference
    found = [run_id for run_id in ids if reference and run_id.startswith(reference)]
    if not found:
        # Names and numbers stand in the files; ids are told by the folder alone, however many runs there are.
        newest_first = store.list()[0]
        found = [run.id for run in newest_first if f"{run.name}#{run.number}" == reference]
        found = found or [run.id for run in newest_first if run.name == reference][:1]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"There is no run {reference}. `{PROGRAM} runs` lists them.")
    listed = ", ".join(found[:5])
    raise UsageError(f"{reference} may mean {len(found)} runs: {listed}{', …' if len(found) > 5 else ''}.")
