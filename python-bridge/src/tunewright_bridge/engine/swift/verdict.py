"""The engine's own verdict on configs, from a warm child of its interpreter; the child's program is `judge.py`."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tunewright_bridge.engine.swift.introspection import last_line
from tunewright_bridge.errors import BridgeError

# Importing the engine takes 16 s on two free cores, and much longer on a busy disk right after it was installed.
START_TIMEOUT_SECONDS = 300

# Above the time that the judge gives a config, twice, since it may ask the argument class twice.
VERDICT_TIMEOUT_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine says of a config. `stage` is the first that refuses it, or `accepted`."""

    stage: str
    message: str
    key: str | None
    """The key that the refusal names, as it is written; None where it names none."""
    machine: str | None
    """What this machine lacks, where the file alone is not to blame: package, device, file, network, plugin, time."""
    stand_ins: tuple[str, ...]
    """Models and adapters that are not on this disk, in whose place others were judged."""
    milliseconds: float
    """How long it took, without the engine's start."""


class Judge:
    """A warm child; use it as a context. It leaves no file and no process."""

    def __init__(self, interpreter: str, *, environment: Mapping[str, str] | None = None) -> None:
        self._interpreter = interpreter
        self._environment = environment
        self._folder = tempfile.TemporaryDirectory(prefix="tunewright-judge-")
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        self._child: subprocess.Popen[bytes] | None = None
        self._is_interrupted = False

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def verdict(self, question: Mapping[str, Any]) -> Verdict:
        """The verdict on one config; the question's keys stand in `judge.py`. The first one waits for the import.

        Raises BridgeError: interpreter-not-found, engine-broken.
        """
        child = self._started()
        try:
            self._ask(child, question)
        except OSError:
            raise self._broken() from None
        answer = self._line(child, VERDICT_TIMEOUT_SECONDS)
        return Verdict(
            stage=answer["stage"],
            message=answer["message"],
            key=answer.get("key"),
            machine=answer.get("machine"),
            stand_ins=tuple(answer.get("standIns", ())),
            milliseconds=answer.get("milliseconds", 0),
        )

    @property
    def is_warm(self) -> bool:
        """Whether the child lives, so that the next question need not wait for the import."""
        child = self._child
        return child is not None and child.poll() is None

    def interrupt(self) -> None:
        """Ends the child from another thread: whoever waits for its answer gets an error, and no other child starts."""
        self._is_interrupted = True
        child = self._child
        if child is not None:
            child.kill()

    def close(self) -> None:
        """Ends the child and removes its folder."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            for stream in (child.stdin, child.stdout):
                if stream is not None:
                    stream.close()
            child.wait()
        self._complaints.close()
        self._folder.cleanup()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None:
            return self._child
        program = Path(__file__).with_name("judge.py")
        try:
            child = subprocess.Popen(
                [self._interpreter, str(program), self._folder.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=None if self._environment is None else dict(self._environment),
            )
        except FileNotFoundError:
            raise BridgeError("interpreter-not-found", interpreter=self._interpreter) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise BridgeError("engine-broken", interpreter=self._interpreter, reason=reason) from None
        self._child = child
        if self._is_interrupted:
            child.kill()
        self._line(child, START_TIMEOUT_SECONDS)
        return child

    def _ask(self, child: subprocess.Popen[bytes], question: Mapping[str, Any]) -> None:
        if child.stdin is None:
            raise self._broken()
        child.stdin.write(json.dumps(question).encode("utf-8") + b"\n")
        child.stdin.flush()

    def _line(self, child: subprocess.Popen[bytes], limit_seconds: float) -> dict[str, Any]:
        """The next answer; a child that gives none in time is ended, which ends the waiting too."""
        if child.stdout is None:
            raise self._broken()
        timer = threading.Timer(limit_seconds, child.kill)
        timer.start()
        try:
            line = child.stdout.readline()
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            raise self._broken() from None
        finally:
            timer.cancel()
        return answer

    def _broken(self) -> BridgeError:
        self._complaints.seek(0)
        reason = last_line(self._complaints.read()[-20_000:]) or "the check of configs ended without an answer"
        self.close()
        return BridgeError("engine-broken", interpreter=self._interpreter, reason=reason)
