"""Looks at the devices of this host: what the drivers say of them, and what the marks of living processes say."""

from dataclasses import replace

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
        """The devices as they are now."""
        in_use = devices_in_use(environment_of(entry.pid) for entry in all_processes() if not entry.is_zombie)
        try:
            host = Host(devices_of(self._reader.accelerators()), in_use)
        except Unavailable as error:
            return Host(None, in_use, str(error))
        self._last = host
        return host

    def idle(self) -> Host | None:
        """The devices that were seen last, as if nobody used them; None where none were seen yet."""
        if self._last is None or self._last.devices is None:
            return None
        return Host([replace(device, is_busy=False) for device in self._last.devices])
