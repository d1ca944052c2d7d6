"""The engines that the bridge knows, by name."""

from tunewright_bridge.engine.base import Engine
from tunewright_bridge.engine.swift.engine import SwiftEngine

ENGINES: dict[str, Engine] = {"swift": SwiftEngine()}


def engine_for_runs() -> Engine:
    """The engine that runs configs; there is one so far."""
    return ENGINES["swift"]
