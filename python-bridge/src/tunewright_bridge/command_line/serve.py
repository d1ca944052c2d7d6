"""`serve --stdio`: answers one editor on the standard streams until it goes."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from tunewright_bridge import __version__
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.methods.table import (
    JUDGING_METHODS,
    MENDING_METHODS,
    ORDERED_MENDING_METHODS,
    ORDERED_METHODS,
    SLOW_METHODS,
    Methods,
    Subscription,
)
from tunewright_bridge.protocol.methods import METHODS, PROTOCOL_HASH
from tunewright_bridge.rpc.server import Answer, Handler, LaneName, Server
from tunewright_bridge.rpc.stdio import claim_stdio
from tunewright_bridge.rpc.typed import decode_params, encoded

# Answered by the server itself.
_SHUTDOWN = "shutdown"
_INITIALIZE = "initialize"


def serve(arguments: Sequence[str]) -> int:
    """Serves until the editor goes; gives the exit code."""
    if list(arguments) != ["--stdio"]:
        print("usage: tunewright-bridge serve --stdio", file=sys.stderr)
        return 2
    input_stream, output_stream = claim_stdio()
    methods = Methods(lambda method, params: server.notify(method, encoded(params)))
    handlers = {
        name: Handler(partial(_call, methods, name), _lane(name))
        for name in METHODS
        if name not in (_SHUTDOWN, _INITIALIZE)
    }
    handlers[_INITIALIZE] = Handler(_initialize, "first")
    server = Server(input_stream, output_stream, handlers)
    try:
        server.serve()
    except KeyboardInterrupt:
        return 130
    finally:
        methods.close()
    return 0


def _lane(method: str) -> LaneName:
    if method in ORDERED_METHODS:
        return "ordered"
    if method in ORDERED_MENDING_METHODS:
        return "ordered-mending"
    if method in MENDING_METHODS:
        return "mending"
    if method in JUDGING_METHODS:
        return "judging"
    return "slow" if method in SLOW_METHODS else "quick"


def _call(methods: Methods, method: str, params: Any) -> Answer:
    outcome = methods.call(method, decode_params(method, params))
    if isinstance(outcome, Subscription):
        return Answer(encoded(outcome.result), outcome.begin)
    return Answer(encoded(outcome))


def _initialize(params: Any) -> Answer:
    """Both sides speak the same protocol or none. Raises BridgeError protocol-mismatch."""
    theirs = params.get("protocolHash") if isinstance(params, dict) else None
    if not isinstance(theirs, str):
        raise BridgeError("invalid-request", method=_INITIALIZE, reason="protocolHash: is missing")
    if theirs != PROTOCOL_HASH:
        raise BridgeError("protocol-mismatch", theirs=theirs[:12], ours=PROTOCOL_HASH[:12])
    host_name, machine = _host()
    return Answer(
        {
            "protocolHash": PROTOCOL_HASH,
            "bridgeVersion": __version__,
            "pythonVersion": ".".join(map(str, sys.version_info[:3])),
            "hostName": host_name,
            "platform": f"{sys.platform}-{machine}",
        }
    )


def _host() -> tuple[str, str]:
    if hasattr(os, "uname"):
        return os.uname().nodename, os.uname().machine
    import platform

    return platform.node(), platform.machine()
