"""Asks the engine in an interpreter what it accepts, by a child process; the child's program is `introspect.py`."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tunewright_bridge.errors import BridgeError

# Importing the engine takes 16 s on two free cores, and much longer on a busy disk right after it was installed.
INTROSPECTION_TIMEOUT_SECONDS = 300


def introspect(interpreter: str) -> dict[str, Any]:
    """The wire form of the engine's EngineSchema. Raises BridgeError: interpreter-not-found, engine-broken."""
    program = Path(__file__).with_name("introspect.py")
    with tempfile.TemporaryDirectory(prefix="tunewright-schema-") as directory:
        answer = Path(directory) / "schema.json"
        try:
            child = subprocess.run(
                [interpreter, str(program), str(answer)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=INTROSPECTION_TIMEOUT_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise BridgeError("interpreter-not-found", interpreter=interpreter) from None
        except OSError as error:
            raise BridgeError("engine-broken", interpreter=interpreter, reason=error.strerror or str(error)) from None
        except subprocess.TimeoutExpired:
            reason = f"it did not answer within {INTROSPECTION_TIMEOUT_SECONDS} s"
            raise BridgeError("engine-broken", interpreter=interpreter, reason=reason) from None
        try:
            schema: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            reason = last_line(child.stderr) or f"it ended with exit code {child.returncode}"
            raise BridgeError("engine-broken", interpreter=interpreter, reason=reason) from None
    return schema


def last_line(output: bytes) -> str:
    """The last line with text in it, where Python's tracebacks say what went wrong; without a full stop."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines()]
    return next((line.rstrip(".") for line in reversed(lines) if line), "")
