"""The engines that the bridge knows, by name."""

from tunewright_bridge.engine.base import Engine
from tunewright_bridge.engine.swift.engine import SwiftEngine
from tunewright_bridge.engine.swift.verdict import Judge

ENGINES: dict[str, Engine] = {"swift": SwiftEngine()}


def engine_for_runs() -> Engine:
    """The engine that runs configs; there is one so far."""
    return ENGINES["swift"]


def judge_of_configs(interpreter: str) -> Judge:
    """The engine of an interpreter as a judge of configs; it starts with the first question."""
    return Judge(interpreter)
