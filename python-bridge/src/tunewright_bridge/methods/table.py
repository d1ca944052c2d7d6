"""The table of methods by namespace, and the object that answers one client."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

# Tells the client something: the notification's name and one of the protocol's dataclasses.
Notify = Callable[[str, object], None]

# Class of each namespace's methods, in the module of the namespace's name.
NAMESPACES: dict[str, str] = {
    "config": "ConfigMethods",
    "devices": "DevicesMethods",
    "environment": "EnvironmentMethods",
    "metrics": "MetricsMethods",
    "queue": "QueueMethods",
    "runs": "RunsMethods",
    "schema": "SchemaMethods",
}

# May take seconds: they ask another Python, or read a long file.
SLOW_METHODS = frozenset(
    {
        "config/resolve",
        "environment/doctor",
        "environment/inspect",
        "metrics/query",
        "queue/list",
        "queue/move",
        "runs/preflight",
        "runs/resume",
        "runs/start",
        "schema/get",
    }
)

# Wait for an engine that answers one question at a time, and starts for many seconds.
JUDGING_METHODS = frozenset({"config/check"})

# Quick as a rule; after a crash they first give runs new supervisors, which takes a moment for each.
MENDING_METHODS = frozenset({"runs/get", "runs/list", "runs/stop"})

# Begin or end something, so that their order counts.
ORDERED_METHODS = frozenset({"devices/unwatch", "devices/watch", "runs/follow", "runs/unfollow"})

# Both: the first look of a watch is that of a list.
ORDERED_MENDING_METHODS = frozenset({"runs/unwatch", "runs/watch"})


@dataclass(frozen=True, slots=True)
class Subscription:
    """A result, and what is to begin once the client has it."""

    result: object
    begin: Callable[[], None]


class Namespace(Protocol):
    """The methods of one namespace, for one client."""

    def close(self) -> None:
        """Ends everything that was begun for the client."""


class Methods:
    """All methods for one client. Thread-safe."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._lock = threading.Lock()
        self._namespaces: dict[str, Any] = {}

    def call(self, method: str, params: Any) -> object:
        """What the method gives for its params, or a Subscription. Raises BridgeError."""
        namespace, _, name = method.partition("/")
        return getattr(self._namespace(namespace), name)(params)

    def _namespace(self, name: str) -> Any:
        with self._lock:
            if name not in self._namespaces:
                module = import_module(f"tunewright_bridge.methods.{name}")
                self._namespaces[name] = getattr(module, NAMESPACES[name])(self._notify)
            return self._namespaces[name]

    def close(self) -> None:
        """Ends every watch of the client."""
        with self._lock:
            namespaces = list(self._namespaces.values())
        for namespace in namespaces:
            namespace.close()
