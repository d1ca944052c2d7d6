"""Runs on this machine: a detached supervisor, and nothing between it and the operating system."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from logging import getLogger

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import StateRecord
from tunewright_bridge.protocol.targets import ExecutorName, Resources
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.record import RunRecord, is_live
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.starting import SupervisorError, start_supervisor
from tunewright_bridge.supervise.stop import request_stop

_LOG = getLogger(__name__)

# Nothing here could enforce the others.
_KNOWN_RESOURCES = ("devices",)


class LocalExecutor:
    """Implements `Executor`."""

    name: ExecutorName = "local"

    def probe(self) -> str | None:
        return None

    def refusal(self, resources: Resources) -> str | None:
        for field in fields(resources):
            value = getattr(resources, field.name)
            is_one_node = field.name == "nodes" and value == 1
            if value is not None and field.name not in _KNOWN_RESOURCES and not is_one_node:
                return f"it does not know the resource {field.name}"
        return None

    def submit(self, paths: RunPaths, attempt: AttemptPaths, *, environment: Mapping[str, str]) -> None:
        try:
            start_supervisor(paths, attempt, environment=environment)
        except SupervisorError as error:
            if self._lives_after_all(paths, attempt, error):
                return
            raise BridgeError("supervisor-not-started", run=paths.run_id, reason=str(error)) from error

    def poll(self, runs: Sequence[RunPaths]) -> dict[str, StateRecord]:
        states = {}
        for paths in runs:
            try:
                states[paths.run_id] = repair(paths)
            except BridgeError as error:
                _LOG.warning("%s", error)
        return states

    def cancel(self, paths: RunPaths, by: str) -> StateRecord:
        return request_stop(paths, by)

    def logs(self, paths: RunPaths) -> ConsoleLog:
        return ConsoleLog(paths.attempt(RunRecord(paths).state().attempt))

    def _lives_after_all(self, paths: RunPaths, attempt: AttemptPaths, error: SupervisorError) -> bool:
        """Whether the run is in good hands all the same: of a supervisor that was only slow to answer, or of the next.

        Where it is not, it says why.
        """
        try:
            if not error.has_started_nothing:
                return is_live(repair(paths).state)
            why = cause("supervisor-not-started", reason=str(error))
            RunRecord(paths).settle("failed", attempt=attempt.number, cause=why)
        except (OSError, BridgeError):
            _LOG.exception("that %s was not started could not be stored", paths.run_id)
        return False
