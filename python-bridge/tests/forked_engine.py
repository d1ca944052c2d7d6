"""Runs programs in the engine's interpreter without its 16 s of imports: the client of `engine/fork_server.py`."""

import json
import os
import select
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

SERVER = Path(__file__).parent / "engine" / "fork_server.py"

# The first start after an installation has to read everything from the disk.
_START_TIMEOUT_SECONDS = 180.0

# Nothing is downloaded, no GPU is used, and two tests beside each other do not fight for the cores.
_ENVIRONMENT = {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


@dataclass(frozen=True)
class Ended:
    """How a program ended, and all that it printed."""

    exit_code: int | None
    signal: int | None
    output: str


def engine_python() -> str:
    """The engine's interpreter. Its absence is an error: these tests prove nothing without it."""
    interpreter = os.environ.get("TUNEWRIGHT_ENGINE_PYTHON")
    if not interpreter or not Path(interpreter).exists():
        raise RuntimeError(
            "The engine tests need the engine's Python: set TUNEWRIGHT_ENGINE_PYTHON to it, "
            "or use `npm test -- engine`, which sets everything up."
        )
    return interpreter


class ForkedEngine:
    """A process that has imported the engine and forks for each program."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [engine_python(), str(SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
        )
        self._receive(_START_TIMEOUT_SECONDS)

    def __enter__(self) -> "ForkedEngine":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def run(
        self,
        program: Path,
        arguments: Sequence[str] = (),
        *,
        working_directory: Path,
        environment: Mapping[str, str] | None = None,
        timeout_seconds: float = 60.0,
    ) -> Ended:
        """Runs `program` with `arguments`, as the engine's interpreter would."""
        assert self._server.stdin is not None
        with tempfile.NamedTemporaryFile(prefix="tunewright-fork-") as output:
            request = {
                "program": str(program),
                "arguments": list(arguments),
                "workingDirectory": str(working_directory),
                "environment": dict(environment or {}),
                "output": output.name,
                "timeoutSeconds": timeout_seconds,
            }
            self._server.stdin.write(json.dumps(request).encode() + b"\n")
            self._server.stdin.flush()
            answer = self._receive(timeout_seconds + 30)
            printed = Path(output.name).read_text(encoding="utf-8", errors="replace")
        return Ended(answer.get("exitCode"), answer.get("signal"), printed)

    def _receive(self, timeout_seconds: float) -> dict[str, Any]:
        assert self._server.stdout is not None
        readable, _, _ = select.select([self._server.stdout], [], [], timeout_seconds)
        line = self._server.stdout.readline() if readable else b""
        if not line:
            self._server.kill()
            raise RuntimeError(f"The engine's process did not answer within {timeout_seconds:.0f} s.")
        answer: dict[str, Any] = json.loads(line)
        return answer
