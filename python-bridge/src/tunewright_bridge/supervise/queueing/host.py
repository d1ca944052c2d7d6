"""Looks at the devices of this host: what the drivers say of them, and what the marks of living processes say."""

from dataclasses import replace
from pathlib import Path

from tunewright_bridge.devices import HostReader, accelerator_reader
from tunewright_bridge.devices.reader import Unavailable
from tunewright_bridge.supervise.processes import all_processes, environment_of
from tunewright_bridge.supervise.queueing.devices import devices_in_use, devices_of
from tunewright_bridge.supervise.queueing.turn import Host


class HostLook:
    """Looks again and again. The drivers are first asked when somebody wants to know."""

    def __init__(self, reader: HostReader | None = None) -> None:
        self._reader = reader or accelerator_reader()
        self._last: Host | None = None

    def read(self) -> Host:
        """The devices as their drivers see them now."""
        try:
            host = Host(devices_of(self._reader.accelerators()))
        except Unavailable as error:
            return Host(None, problem=str(error))
        self._last = host
        return host

    def idle(self) -> Host | None:
        """The devices that were seen last, as if nobody used them; None where none were seen yet."""
        if self._last is None or self._last.devices is None:
            return None
        return Host([replace(device, is_busy=False) for device in self._last.devices])


def with_marks(host: Host, queues: Path) -> Host:
    """What living processes were given by `queues` counts as in use, whatever became of the entry.

    Looks at every process.
    """
    environments = (environment_of(entry.pid) for entry in all_processes() if not entry.is_zombie)
    return replace(host, ids_in_use=devices_in_use(environments, queues))
