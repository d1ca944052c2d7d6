"""`environment/…`: what a Python holds, and whether it can train."""

from tunewright_bridge.methods.table import Notify
from tunewright_bridge.protocol.bridge import DoctorParams, InspectParams
from tunewright_bridge.protocol.tool import DoctorReport, ToolEnvironment


class EnvironmentMethods:
    """Needs nothing of the client."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify

    def inspect(self, params: InspectParams) -> ToolEnvironment:
        """The tool behind an interpreter."""
        from tunewright_bridge.tools.environment import inspect

        return inspect(params.interpreter)

    def doctor(self, params: DoctorParams) -> DoctorReport:
        """What works here, what does not, and what to do about it."""
        from tunewright_bridge.tools.doctor import doctor

        return doctor(params.interpreter)

    def close(self) -> None:
        """Nothing goes on after an answer."""
