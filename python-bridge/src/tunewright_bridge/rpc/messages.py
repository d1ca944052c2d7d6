"""JSON-RPC's own shapes and numbers. source: JSON-RPC 2.0 specification."""

import json
from dataclasses import dataclass
from typing import Any

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.errors import BRIDGE_ERROR_NUMBER

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601

RequestId = str | int | None


class JsonText(str):
    """A value that is in JSON already, and is passed on as it is."""

    __slots__ = ()


class InvalidMessage(Exception):
    """JSON that is no message; `request_id` is its id where one could be made out."""

    def __init__(self, number: int, problem: str, request_id: RequestId = None) -> None:
        self.number = number
        self.request_id = request_id
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request, or a notification where `is_request` is false."""

    method: str
    params: Any
    request_id: RequestId
    is_request: bool


def parse(body: bytes) -> Incoming | None:
    """The message; None for an answer, since the bridge asks nothing. Raises InvalidMessage."""
    try:
        message = json.loads(body)
    except ValueError as error:
        raise InvalidMessage(PARSE_ERROR, f"the message is not JSON: {error}") from error
    except RecursionError as error:
        raise InvalidMessage(PARSE_ERROR, "the message is nested too deeply") from error
    if not isinstance(message, dict):
        raise InvalidMessage(INVALID_REQUEST, "the message is not an object")
    request_id = message.get("id")
    if isinstance(request_id, bool) or not isinstance(request_id, (str, int, type(None))):
        raise InvalidMessage(INVALID_REQUEST, "the message's id is neither a text nor a whole number")
    if "method" not in message and ("result" in message or "error" in message):
        return None
    method = message.get("method")
    if message.get("jsonrpc") != "2.0" or not isinstance(method, str):
        raise InvalidMessage(INVALID_REQUEST, "the message is no JSON-RPC 2.0 request", request_id)
    return Incoming(method, message.get("params", {}), request_id, "id" in message)


def result(request_id: RequestId, value: Any) -> dict[str, Any]:
    """An answer."""
    return {"jsonrpc": "2.0", "id": request_id, "result": value}


def failure(request_id: RequestId, number: int, message: str) -> dict[str, Any]:
    """An answer of JSON-RPC's own kind."""
    return {"jsonrpc": "2.0", "id": request_id, "error": {"code": number, "message": message}}


def bridge_failure(request_id: RequestId, error: BridgeError) -> dict[str, Any]:
    """A failure by name: the editor translates code and values."""
    answer = failure(request_id, BRIDGE_ERROR_NUMBER, str(error))
    answer["error"]["data"] = {"code": error.code, "values": error.values}
    return answer


def notification(method: str, params: Any) -> dict[str, Any]:
    """A message that needs no answer."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


def serialize(message: dict[str, Any]) -> bytes:
    """The message as bytes."""
    return _encoded(_json(message))


def serialized_result(request_id: RequestId, value: Any) -> bytes:
    """An answer as bytes; a value that is in JSON already is not made anew."""
    if not isinstance(value, JsonText):
        return serialize(result(request_id, value))
    head = _json(result(request_id, None)).removesuffix("null}")
    return _encoded(f"{head}{value}}}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _encoded(text: str) -> bytes:
    """A lone surrogate, which file names can hold, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", errors="surrogatepass").decode("utf-8", errors="replace").encode()
