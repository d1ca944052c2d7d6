"""The second half of `judge.py`: the engine's real argument class, made in a child that can do no harm.

The class is asked twice: first as if this machine had every package and device, which shows what the file alone is
refused for, then as it is. What is refused only then, or by words that name a part of the machine, is told apart.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

# The slowest class that is known, eval's, takes 3.4 s on a free core.
TIME_LIMIT_SECONDS = 30

_FORBIDDEN = "not allowed while a config is checked"

# By what an error says: which part of the machine it is about.
_MACHINE_WORDS = (
    ("network", re.compile(_FORBIDDEN + r": socket|offline mode|Max retries|ConnectionError|OfflineMode")),
    ("package", re.compile(r"No module named|not installed|pip install|No package metadata|requires? the \S+ library")),
    ("device", re.compile(r"\b(?:GPUs?|CUDA|cuda|NPU)\b|XPU|local_device_count|n_gpu|device_map", re.ASCII)),
    # A backend is only of use where somebody else starts several processes.
    ("device", re.compile(r"Default process group has not been")),
    ("file", re.compile(_FORBIDDEN + r"|No such file|already exists|[Pp]ath: .*not found|is not an adapter")),
    ("file", re.compile(r"_path: |^self\.system: ")),
)
_PATH = re.compile(r"[^{\[\n]*(?:[\\/][^{\[\n]*|\.(?:json|jsonl|ya?ml))")
_MACHINE_ERRORS = (
    ("package", ("ImportError", "ModuleNotFoundError", "PackageNotFoundError")),
    ("file", ("FileNotFoundError", "FileExistsError", "PermissionError", "NotADirectoryError", "IsADirectoryError")),
    ("network", ("ConnectionError", "OfflineModeIsEnabled", "LocalEntryNotFoundError", "DistNetworkError")),
)


@dataclass(frozen=True)
class Question:
    """A config that the parser takes."""

    parser: Any
    arguments: list[str]
    variables: dict[str, str]
    folder: str | None
    has_plugins: bool
    is_about_machine: bool


class ClassStage:
    """Judges by the argument classes; one child for each time that one is asked.

    `world` is the module `judge_world.py`.
    """

    def __init__(self, world: Any, folder: Path) -> None:
        self._world = world
        self._folder = folder
        self._stand_ins = world.StandIns.made_in(folder)
        # Only this process holds the writing end: a child that reads its end has lost its parent.
        self._lifeline, self._life = os.pipe()

    def verdict(self, question: Question) -> dict[str, Any]:
        """What the class says of a file, and if nothing, what it says on this machine."""
        answer = self._asked(question, is_ideal=True)
        if answer["stage"] == "accepted" and question.is_about_machine:
            here = self._asked(question, is_ideal=False)
            if here["stage"] != "accepted":
                return {**here, "machine": here.get("machine", "device")}
        return answer

    def _asked(self, question: Question, *, is_ideal: bool) -> dict[str, Any]:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.close(self._life)
            os.setsid()
            threading.Thread(target=_end_with_parent, args=(self._lifeline,), daemon=True).start()
            self._say(writing, lambda: self._judged(question, is_ideal))
        os.close(writing)
        try:
            told = _read_until_end(reading, TIME_LIMIT_SECONDS)
        finally:
            os.close(reading)
            _end(child)
        if told is None:
            return {"stage": "class", "message": f"no answer within {TIME_LIMIT_SECONDS} s", "machine": "time"}
        answer: dict[str, Any] = json.loads(told) if told else _died()
        machine = answer.pop("machine", None)
        if answer["stage"] == "class" and machine is None and question.has_plugins:
            # They are not run here, and may register whatever is missed.
            machine = "plugin"
        return {**answer, **({"machine": machine} if machine else {})}

    def _say(self, pipe: int, judged: Callable[[], dict[str, Any]]) -> NoReturn:
        try:
            silence = os.open(os.devnull, os.O_RDWR)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            answer = json.dumps(judged())
        except BaseException as error:  # noqa: BLE001 - a child that has nothing but this answer
            answer = json.dumps(_died(repr(error)))
        data = answer.encode("utf-8")
        while data:
            data = data[os.write(pipe, data) :]
        os._exit(0)

    def _judged(self, question: Question, is_ideal: bool) -> dict[str, Any]:
        arguments = question.arguments
        for name, value in question.variables.items():
            os.environ.setdefault(name, value)
        os.chdir(question.folder or self._stand_ins.empty)
        sys.argv = ["swift", *arguments]
        used: list[str] = []
        self._stand_ins.put_in_place(used)
        if is_ideal:
            self._world.pretend_an_ideal_machine()
        self._world.spread()
        self._world.lock(self._folder)
        try:
            question.parser.parse_args_into_dataclasses(
                arguments, return_remaining_strings=True, look_for_args_file=False
            )
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, the engine ends with it
            machine = machine_part(error) or missing_json(error, arguments) or (used and model_part(error, arguments))
            answer = {"stage": "class", "message": f"{type(error).__name__}: {error}"}
            return {**answer, "standIns": used, **({"machine": machine} if machine else {})}
        return {"stage": "accepted", "message": "", "standIns": used}


def machine_part(error: BaseException) -> str | None:
    """Which part of the machine a refusal is about; None where the file alone shows it."""
    named = {kind.__name__ for kind in type(error).__mro__}
    for part, names in _MACHINE_ERRORS:
        if named & set(names):
            return part
    if isinstance(error, json.JSONDecodeError) and _PATH.fullmatch(error.doc):
        # Text that is no file here is read as JSON.
        return "file"
    text = str(error)
    return next((part for part, words in _MACHINE_WORDS if words.search(text)), None)


def _end_with_parent(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(1)


def _read_until_end(pipe: int, limit_seconds: float) -> bytes | None:
    """All that comes before the other side closes, or None where that takes too long."""
    deadline = time.monotonic() + limit_seconds
    pieces: list[bytes] = []
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        piece = os.read(pipe, 65536)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)


def _end(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def missing_json(error: BaseException, arguments: list[str]) -> str | None:
    """`file` where nothing was left of a text that the engine tried to repair, and a path of JSON leads nowhere."""
    is_empty = isinstance(error, json.JSONDecodeError) and error.doc == ""
    leads_nowhere = any(word.endswith(".json") and not os.path.exists(word) for word in arguments)
    return "file" if is_empty and leads_nowhere else None


def model_part(error: BaseException, arguments: list[str]) -> str | None:
    """`model` where the refusal hangs on what a model's own configuration says, and another was judged in its place."""
    is_about_precision = "At most one of fp16 and bf16" in str(error)
    return "model" if is_about_precision and not {"--fp16", "--bf16"} <= set(arguments) else None


def _died(why: str = "") -> dict[str, Any]:
    return {"stage": "class", "message": f"the process ended without a verdict {why}".strip(), "machine": "crash"}
