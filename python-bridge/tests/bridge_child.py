"""A real bridge as a child process, spoken to as an editor does; for tests of everything behind `serve --stdio`."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tunewright_bridge.protocol.methods import PROTOCOL_HASH

SOURCE = Path(__file__).parent.parent / "src"
DEADLINE_SECONDS = 60.0


class RemoteError(Exception):
    """An error that the bridge answered with."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.number: int = error["code"]
        self.code: str | None = error.get("data", {}).get("code")
        self.values: dict[str, str] = error.get("data", {}).get("values", {})
        super().__init__(error["message"])


class BridgeChild:
    """`tunewright_bridge serve --stdio` as a child."""

    def __init__(self, command: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> None:
        command = command or [sys.executable, "-m", "tunewright_bridge", "serve", "--stdio"]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(SOURCE), **(environment or {})},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.input = self.process.stdin
        self._output = self.process.stdout
        self._errors = self.process.stderr
        self.error_text = ""
        self._ids = 0
        self._notices: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._answers: dict[int | None, dict[str, Any]] = {}
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "BridgeChild":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.input.closed:
            self.input.close()
        try:
            self.process.wait(DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            for thread in self._threads:
                thread.join(DEADLINE_SECONDS)
            self._output.close()
            self._errors.close()

    def initialize(self) -> Any:
        """The handshake."""
        return self.request("initialize", protocolHash=PROTOCOL_HASH, clientName="test")

    def request(self, method: str, **params: Any) -> Any:
        """The result. Raises RemoteError."""
        return self.answer(self.send(method, **params))

    def send(self, method: str, **params: Any) -> int:
        """Sends a request and gives its id."""
        self._ids += 1
        self.send_message({"jsonrpc": "2.0", "id": self._ids, "method": method, "params": params})
        return self._ids

    def send_message(self, message: Any) -> None:
        """Sends any JSON."""
        self.send_body(json.dumps(message).encode())

    def send_body(self, body: bytes) -> None:
        """Sends any bytes in a frame."""
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def send_bytes(self, data: bytes) -> None:
        """Sends any bytes."""
        self.input.write(data)
        self.input.flush()

    def answer(self, request_id: int | None) -> Any:
        """The result of a request that was sent. Raises RemoteError."""
        with self._changed:
            if not self._changed.wait_for(lambda: request_id in self._answers, DEADLINE_SECONDS):
                raise TimeoutError(f"no answer to {request_id}; errors: {self.error_text}")
            answer = self._answers.pop(request_id)
        if "error" in answer:
            raise RemoteError(answer["error"])
        return answer["result"]

    def has_answered(self, request_id: int) -> bool:
        """Whether an answer has come that was not taken yet."""
        with self._changed:
            return request_id in self._answers

    def notice(self, method: str, is_wanted: Callable[[Any], bool] = lambda _: True) -> Any:
        """The params of the next notification of this name that is wanted; others are dropped."""
        ends_at = time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                name, params = self._notices.get(timeout=max(0.0, ends_at - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"no {method} came; errors: {self.error_text}") from None
            if name == method and is_wanted(params):
                return params

    def _read(self) -> None:
        while True:
            header = self._output.readline()
            if not header:
                return
            name, _, length = header.partition(b":")
            assert name == b"Content-Length", header
            assert self._output.readline() == b"\r\n"
            message = json.loads(self._output.read(int(length)))
            if "method" in message:
                self._notices.put((message["method"], message["params"]))
            else:
                with self._changed:
                    self._answers[message["id"]] = message
                    self._changed.notify_all()

    def _read_errors(self) -> None:
        for line in self._errors:
            self.error_text += line.decode(errors="replace")
