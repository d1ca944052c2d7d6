"""What an executor is: it brings an attempt's supervisor to life somewhere, and can be asked about it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tunewright_bridge.protocol.run import StateRecord
from tunewright_bridge.protocol.targets import ExecutorName, Resources
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths


class Executor(Protocol):
    """One way to start runs. The supervisor is the same program under each."""

    name: ExecutorName

    def probe(self) -> str | None:
        """Why it cannot be used on this host; None where it can."""

    def refusal(self, resources: Resources) -> str | None:
        """Which of `resources` it does not know, in words; None where it can give all of them."""

    def submit(self, paths: RunPaths, attempt: AttemptPaths, *, environment: Mapping[str, str]) -> None:
        """Starts a stored attempt; `environment` carries its secrets. Raises BridgeError supervisor-not-started."""

    def poll(self, runs: Sequence[RunPaths]) -> dict[str, StateRecord]:
        """The true states of runs, by id, in one go. A run that cannot be read is left out."""

    def cancel(self, paths: RunPaths, by: str) -> StateRecord:
        """Asks for the end of a run. Raises BridgeError run-not-live."""

    def logs(self, paths: RunPaths) -> ConsoleLog:
        """The console log of the latest attempt; nothing of it need exist yet."""
