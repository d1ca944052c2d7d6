"""Serves one client over two byte streams until either side ends; knows JSON-RPC, and no method but `shutdown`."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Literal

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.rpc import messages
from tunewright_bridge.rpc.framing import MalformedFrame, frame, read_body
from tunewright_bridge.rpc.lanes import Lane

# `first` must be answered before anything else; `mending` is quick, unless there is something to put right; `ordered`
# keeps starting and stopping a watch in the order sent; `ordered-mending` does both; `judging` waits for an engine.
LaneName = Literal["first", "quick", "mending", "slow", "ordered", "ordered-mending", "judging"]

_LANE_WIDTHS: dict[LaneName, int] = {
    "quick": 4,
    "mending": 4,
    "slow": 4,
    "ordered": 1,
    "ordered-mending": 1,
    "judging": 1,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method gives, in JSON, and what is to begin once the answer is on its way."""

    result: Any
    begin: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Handler:
    """A method: takes params in JSON. Raises BridgeError; anything else is reported as `internal`."""

    call: Callable[[Any], Answer]
    lane: LaneName = "quick"


class Server:
    """Reads in the calling thread, and answers from as many as are needed."""

    def __init__(self, input_stream: BinaryIO, output_stream: BinaryIO, handlers: Mapping[str, Handler]) -> None:
        self._input = input_stream
        self._output = output_stream
        self._output_lock = threading.Lock()
        self._handlers = handlers
        self._lanes = {name: Lane(name, width) for name, width in _LANE_WIDTHS.items()}
        self._is_initialized = False
        self._is_ending = False

    def serve(self) -> None:
        """Returns when the client has gone, has asked for `shutdown`, or sends what cannot be read on."""
        try:
            while not self._is_ending:
                try:
                    body = read_body(self._input)
                    if body is None:
                        return
                    message = messages.parse(body)
                except MalformedFrame as error:
                    self._send(messages.failure(None, messages.PARSE_ERROR, str(error)))
                    if not error.can_continue:
                        return
                except messages.InvalidMessage as error:
                    self._send(messages.failure(error.request_id, error.number, str(error)))
                else:
                    if message is not None:
                        self._dispatch(message)
        finally:
            for lane in self._lanes.values():
                lane.close()

    def notify(self, method: str, params: Any) -> None:
        """Tells the client something; may be called from any thread. Blocks while the client does not read."""
        self._send(messages.notification(method, params))

    def _dispatch(self, message: messages.Incoming) -> None:
        if message.method == "shutdown":
            self._is_ending = True
            if message.is_request:
                self._send(messages.result(message.request_id, {}))
            return
        if message.method == "exit":
            self._is_ending = True
            return
        handler = self._handlers.get(message.method)
        if handler is None:
            # A notification that is not known, such as `$/cancelRequest`, needs no answer.
            if message.is_request:
                problem = f"there is no method {message.method}"
                self._send(messages.failure(message.request_id, messages.METHOD_NOT_FOUND, problem))
            return
        if handler.lane == "first":
            self._is_initialized = self._answer(message, handler) or self._is_initialized
        elif not self._is_initialized:
            error = BridgeError("invalid-request", method=message.method, reason="initialize must come first")
            if message.is_request:
                self._send(messages.bridge_failure(message.request_id, error))
        else:
            self._lanes[handler.lane].submit(partial(self._answer, message, handler))

    def _answer(self, message: messages.Incoming, handler: Handler) -> bool:
        """Calls the method and answers; tells whether it succeeded."""
        answer = Answer(None)
        problem: BridgeError | None = None
        try:
            answer = handler.call(message.params)
            reply = messages.serialized_result(message.request_id, answer.result)
        except BridgeError as error:
            problem = error
        except Exception as error:
            import logging

            logging.getLogger(__name__).exception("%s failed", message.method)
            problem = BridgeError("internal", reason=f"{type(error).__name__}: {error}")
        if problem is not None:
            reply = messages.serialize(messages.bridge_failure(message.request_id, problem))
        if message.is_request:
            self._write(reply)
        if problem is None and answer.begin is not None:
            answer.begin()
        return problem is None

    def _send(self, message: dict[str, Any]) -> None:
        self._write(messages.serialize(message))

    def _write(self, body: bytes) -> None:
        with self._output_lock:
            try:
                self._output.write(frame(body))
                self._output.flush()
            except (BrokenPipeError, ValueError):
                # The client has gone, or the stream was closed at the end; reading will tell the same.
                self._is_ending = True
