"""The executors that this bridge knows, by name."""

from collections.abc import Callable

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.executors.base import Executor
from tunewright_bridge.executors.local import LocalExecutor
from tunewright_bridge.protocol.targets import ExecutorName

EXECUTORS: dict[ExecutorName, Callable[[], Executor]] = {
    "local": LocalExecutor,
}


def executor_named(name: ExecutorName) -> Executor:
    """The executor, ready to be used. Raises BridgeError executor-unsupported."""
    make = EXECUTORS.get(name)
    if make is None:
        known = ", ".join(EXECUTORS)
        raise BridgeError("executor-unsupported", executor=name, reason=f"this bridge knows only: {known}")
    executor = make()
    reason = executor.probe()
    if reason is not None:
        raise BridgeError("executor-unsupported", executor=name, reason=reason)
    return executor
