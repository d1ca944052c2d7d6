"""Looks at a Python from outside and says, in a fraction of a second, what tool it holds and whether that can work."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.tool import ToolEnvironment
from tunewright_bridge.tools.findings import Finding

# Generous: a Python on a network disk may take seconds to start.
PROBE_TIMEOUT_SECONDS = 20.0

# What a program that is no Python may print before it is ended.
_LONGEST_OUTPUT_BYTES = 1 << 20

# The oldest Python for which the engine's own requirements can be installed.
OLDEST_PYTHON = (3, 10)


@dataclass(frozen=True, slots=True)
class Pin:
    """A package that the engine requires and that is missing or of another version."""

    name: str
    wanted: str
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """What a Python said of itself, or `problem`: why it said nothing."""

    interpreter: str
    python_version: str | None = None
    packages: dict[str, str] = field(default_factory=dict)
    pins: tuple[Pin, ...] = ()
    engine_failure: str | None = None
    # Accelerators that torch was built for, with their versions: {"cuda": "13.2"}.
    torch_build: dict[str, str] | None = None
    problem: Finding | None = None
    problem_kind: Literal["missing", "broken"] = "broken"


def inspect(interpreter: str) -> ToolEnvironment:
    """The engine's environment behind `interpreter`: a path, or a name to be found on PATH. Never raises."""
    return environment_of(probe(interpreter))


def require_engine(interpreter: str) -> ToolEnvironment:
    """The environment, whose engine can be started.

    Raises BridgeError: interpreter-not-found, engine-not-installed, engine-broken.
    """
    found = probe(interpreter)
    environment = environment_of(found)
    if environment.health == "ok":
        return environment
    if found.problem_kind == "missing" and found.problem is not None:
        raise BridgeError("interpreter-not-found", interpreter=environment.interpreter)
    if environment.health == "missing":
        raise BridgeError("engine-not-installed", interpreter=environment.interpreter)
    # The reason stands inside a sentence.
    reason = (environment.detail or "unknown").rstrip(".")
    raise BridgeError("engine-broken", interpreter=environment.interpreter, reason=reason)


def environment_of(found: Probe) -> ToolEnvironment:
    """The verdict on what a probe found."""
    health: Literal["ok", "missing", "broken"] = "ok"
    detail = None
    if found.problem is not None:
        health, detail = found.problem_kind, str(found.problem)
    elif "ms-swift" not in found.packages:
        health, detail = "missing", "The engine (ms-swift) is not installed."
        if is_too_old(found.python_version):
            detail = f"Python {found.python_version} is too old for the engine, which needs 3.10 or newer."
    elif found.engine_failure is not None:
        health, detail = "broken", found.engine_failure
    return ToolEnvironment(
        tool="engine",
        interpreter=found.interpreter,
        health=health,
        python_version=found.python_version,
        packages=found.packages,
        detail=detail,
    )


def probe(interpreter: str) -> Probe:
    """Runs the probe in `interpreter`. Never raises: what went wrong is `problem`."""
    path = located(interpreter)
    if path is None:
        absent = Finding("interpreter-not-found", {"interpreter": interpreter})
        return Probe(interpreter, problem=absent, problem_kind="missing")
    if os.path.isdir(path):
        return Probe(path, problem=Finding("interpreter-is-folder", {"interpreter": path}), problem_kind="missing")
    with tempfile.TemporaryDirectory(prefix="tunewright-probe-") as directory:
        answer_path = Path(directory) / "answer.json"
        try:
            outcome = _run([path, str(Path(__file__).with_name("probe.py")), str(answer_path)])
        except OSError as error:
            reason = error.strerror or str(error)
            return Probe(path, problem=Finding("interpreter-not-startable", {"reason": reason}))
        answer = _read_answer(answer_path)
    if answer is None:
        return Probe(path, problem=_silence(path, outcome))
    return Probe(
        # A name on PATH may stand for a shim that chooses by folder; the Python behind it is what was looked at.
        interpreter=path if os.path.dirname(interpreter) else answer["executable"] or path,
        python_version=answer["pythonVersion"],
        packages=answer["packages"],
        pins=tuple(Pin(**pin) for pin in answer["pins"]),
        engine_failure=(answer.get("engineFailure") or "").rstrip(".") or None,
        torch_build=answer.get("torchBuild"),
    )


def located(interpreter: str) -> str | None:
    """The absolute path of an interpreter, given by path or by name. Links stay: they decide the packages."""
    if not os.path.dirname(interpreter):
        return shutil.which(interpreter)
    path = os.path.abspath(os.path.expanduser(interpreter))
    return path if os.path.exists(path) else None


def is_too_old(python_version: str | None) -> bool:
    """Whether the engine cannot be installed for this Python."""
    if python_version is None:
        return False
    major, minor, *_ = (int(part) for part in python_version.split("."))
    return (major, minor) < OLDEST_PYTHON


@dataclass(frozen=True, slots=True)
class _Outcome:
    exit_code: int
    output: str
    has_timed_out: bool


def _run(command: list[str]) -> _Outcome:
    """Runs a program that may be anything: what it prints and how long it takes are bounded."""
    has_timed_out = threading.Event()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=os.path.dirname(command[0]),
        start_new_session=True,
    ) as child:

        def give_up() -> None:
            has_timed_out.set()
            _end_group(child.pid)

        timer = threading.Timer(PROBE_TIMEOUT_SECONDS, give_up)
        timer.start()
        output = child.stdout.read(_LONGEST_OUTPUT_BYTES) if child.stdout is not None else b""
        if len(output) == _LONGEST_OUTPUT_BYTES:
            _end_group(child.pid)
        child.wait()
        timer.cancel()
    return _Outcome(child.returncode, output.decode("utf-8", "replace"), has_timed_out.is_set())


def _end_group(process_id: int) -> None:
    """Ends a program with what it has started: a shim's Python would hold the pipe open otherwise."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process_id, signal.SIGKILL)


def _read_answer(path: Path) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return answer


def _silence(path: str, outcome: _Outcome) -> Finding:
    """Why a program that was asked as a Python gave no answer."""
    if outcome.has_timed_out:
        return Finding("interpreter-silent", {"seconds": f"{PROBE_TIMEOUT_SECONDS:.0f}"})
    lines = [line.strip() for line in outcome.output.splitlines() if line.strip()]
    if any(line.startswith("SyntaxError") for line in lines):
        return Finding("interpreter-too-old", {"version": _run([path, "-V"]).output.strip()})
    if lines and ("Traceback (most recent call last):" in lines or "Fatal Python error" in outcome.output):
        return Finding("interpreter-fails", {"reason": lines[-1]})
    if outcome.exit_code < 0 and not lines:
        return Finding("interpreter-killed", {"signal": str(-outcome.exit_code)})
    return Finding("interpreter-no-python")
