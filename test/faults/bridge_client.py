"""Speaks to a bridge through the window that owns it, as the editor does; keeps what the bridge tells unasked."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WINDOW = Path(__file__).with_name("window.py")
# Far more than any answer takes, adoption of every run included.
ANSWER_SECONDS = 30.0
# A failure that has no name, and a request that the bridge does not know.
_DEFECT_CODES = ("", "internal")


class BridgeGoneError(Exception):
    """The bridge or its window ended before it answered."""


class RefusedError(Exception):
    """The bridge answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.code: str = error.get("data", {}).get("code", "")
        super().__init__(f"{self.code}: {error['message']}")


class SilentError(Exception):
    """The bridge lives and does not answer."""


class BridgeClient:
    """A window with its bridge. Requests may come from several threads."""

    def __init__(self, program: Path, environment: Mapping[str, str], error_log: Path) -> None:
        with error_log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, str(WINDOW), str(program), "serve", "--stdio"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=dict(environment),
                start_new_session=True,
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._input = self.process.stdin
        self._output = self.process.stdout
        self._next_id = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._notices: list[tuple[float, str, Any]] = []
        self._is_gone = False
        # Answers that no bridge should give.
        self.defects: list[str] = []
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def is_gone(self) -> bool:
        """Whether the connection has ended."""
        return self._is_gone

    def request(self, method: str, seconds: float = ANSWER_SECONDS, **params: Any) -> Any:
        """The result. Raises RefusedError, BridgeGoneError, SilentError."""
        with self._changed:
            self._next_id += 1
            number = self._next_id
        body = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
        try:
            with self._writing:
                self._input.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
                self._input.flush()
        except (OSError, ValueError) as error:
            raise BridgeGoneError(method) from error
        deadline = time.monotonic() + seconds
        with self._changed:
            while number not in self._answers:
                if self._is_gone:
                    raise BridgeGoneError(method)
                if not self._changed.wait(max(0.0, deadline - time.monotonic())) and number not in self._answers:
                    raise SilentError(method)
            answer = self._answers.pop(number)
        if "error" in answer:
            refusal = RefusedError(answer["error"])
            if refusal.code in _DEFECT_CODES:
                self.defects.append(f"{method}: {refusal}")
            raise refusal
        return answer["result"]

    def notices(self, method: str) -> list[tuple[float, Any]]:
        """Every notification of this name until now, with the moment at which it came."""
        with self._changed:
            return [(at, params) for at, name, params in self._notices if name == method]

    def close(self) -> None:
        """Ends the connection as an editor that is closed; the window and its bridge then end by themselves."""
        with self._writing:
            try:
                self._input.close()
            except OSError:
                self._is_gone = True

    def wait_until_gone(self, seconds: float) -> bool:
        """Whether the window ended within `seconds`; takes its exit status."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._thread.join(seconds)
        return True

    def _read(self) -> None:
        while (message := self._message()) is not None:
            with self._changed:
                if "method" in message:
                    self._notices.append((time.monotonic(), message["method"], message["params"]))
                else:
                    self._answers[message["id"]] = message
                self._changed.notify_all()
        with self._changed:
            self._is_gone = True
            self._changed.notify_all()

    def _message(self) -> dict[str, Any] | None:
        header = self._output.readline()
        if not header.startswith(b"Content-Length:"):
            return None
        self._output.readline()
        length = int(header.partition(b":")[2])
        body = self._output.read(length)
        if len(body) < length:
            # Its writer was killed in the middle of a message.
            return None
        message: dict[str, Any] = json.loads(body)
        return message


def protocol_hash(program: Path) -> str:
    """The hash that the built bridge expects, asked of the bridge's own code in a Python of its own."""
    code = "from tunewright_bridge.protocol.methods import PROTOCOL_HASH; print(PROTOCOL_HASH)"
    folder = program.parent
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout.strip()
