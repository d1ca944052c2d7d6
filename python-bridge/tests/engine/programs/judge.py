"""Says what the launcher hands to the engine, and what the engine makes of it: `judge.py TASK resolved.yaml ANSWER`.

Runs in the engine's process. The launcher is the real one; only the task's program is not started. The same file then
goes through the engine's own command, and both argument lists through the engine's own parser.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import runpy
import sys
from typing import Any

from swift.utils import parse_args


def launched(task: str, path: str) -> dict[str, Any]:
    """The argument list and the environment with which the launcher starts the task's program."""
    started: dict[str, Any] = {}

    def note(name: str, **_: Any) -> None:
        started["program"] = name
        started["arguments"] = sys.argv[1:]

    run_path, run_module = runpy.run_path, runpy.run_module
    runpy.run_path, runpy.run_module = note, note  # type: ignore[assignment]
    sys.path.insert(0, os.environ["LAUNCHER_FOLDER"])
    launcher = importlib.import_module("launcher")
    try:
        launcher.main([task, path])
    finally:
        runpy.run_path, runpy.run_module = run_path, run_module
    names = ("HF_TOKEN", "MODELSCOPE_API_TOKEN", "SWANLAB_API_KEY", "SWIFT_CONFIG_FILE", "FROM_ENV", "NPROC_PER_NODE")
    started["environment"] = {name: os.environ[name] for name in names if name in os.environ}
    return started


def engine_arguments(path: str) -> list[str]:
    """The argument list that the engine's own command makes of the same file."""
    from swift.cli.main import parse_yaml_args

    arguments = [path]
    parse_yaml_args(arguments)
    return arguments


def verdict(task: str, arguments: list[str]) -> dict[str, Any]:
    """What the engine's parser makes of an argument list; the argument class is not initialized, which may download."""
    import swift.arguments

    kind = {"sft": swift.arguments.SftArguments, "rlhf": swift.arguments.RLHFArguments}[task]
    bare = dataclasses.make_dataclass(kind.__name__, [], bases=(kind,), namespace={"__post_init__": lambda self: None})
    try:
        parsed, remaining = parse_args(bare, arguments)
    except SystemExit as end:
        return {"refused": end.code}
    except ValueError as error:
        return {"refused": str(error)}
    values = {field.name: getattr(parsed, field.name) for field in dataclasses.fields(parsed)}
    return {"values": {name: value for name, value in values.items() if _is_plain(value)}, "remaining": remaining}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, list))


def main(task: str, path: str, answer: str) -> None:
    """Writes both argument lists and both verdicts."""
    # The engine's command reads the file first: the launcher changes the environment in the same way.
    own = engine_arguments(path)
    started = launched(task, path)
    result = {
        "launched": started,
        "engineArguments": own,
        "verdict": verdict(task, started["arguments"]) if started["program"].endswith(f"{task}.py") else None,
        "engineVerdict": verdict(task, own),
    }
    with open(answer, "w", encoding="utf-8") as file:
        json.dump(result, file, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
