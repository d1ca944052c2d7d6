"""The door between JSON and the protocol's dataclasses: params come in by method, results and notifications go out."""

from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.methods import METHODS
from tunewright_bridge.rpc.messages import JsonText


def decode_params(method: str, params: Any) -> Any:
    """The params as the dataclass that the protocol names. Raises BridgeError invalid-request with the place."""
    from tunewright_bridge.protocol.decode import DecodeError, decode

    shape = METHODS[method]
    kind = getattr(import_module(f"tunewright_bridge.protocol.{shape.params_module}"), shape.params_name)
    try:
        return decode(kind, {} if params is None else params)
    except DecodeError as error:
        raise BridgeError("invalid-request", method=method, reason=str(error)) from error


@runtime_checkable
class InJson(Protocol):
    """A result that knows its JSON, since most of it is in JSON already."""

    def json(self) -> str:
        """The result in JSON."""


def encoded(value: object) -> Any:
    """The JSON form of a result or of a notification's params."""
    from tunewright_bridge.protocol.decode import encode

    return JsonText(value.json()) if isinstance(value, InJson) else encode(value)
