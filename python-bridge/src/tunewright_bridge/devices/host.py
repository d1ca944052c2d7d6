"""One sample of all devices of this host; a reader that fails or hangs takes away only itself."""

import platform
import threading
import time
from collections.abc import Iterable

from tunewright_bridge.devices.cpu import CpuReader
from tunewright_bridge.devices.reader import DeviceReader, Unavailable
from tunewright_bridge.devices.readers import READERS
from tunewright_bridge.protocol.device import DeviceSample, HostSample, UnavailableReader

DEADLINE_SECONDS = 2.0


class _Reading:
    """One call of a reader, in a thread of its own."""

    def __init__(self, reader: DeviceReader) -> None:
        self._reader = reader
        self.devices: list[DeviceSample] = []
        self.problem: str | None = None
        self._thread = threading.Thread(target=self._read, name=f"read {reader.name}", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            self.devices = self._reader.read()
        except Unavailable as error:
            self.problem = str(error)
        except Exception as error:  # noqa: BLE001  A reader's bug must not take the other devices away.
            self.problem = f"{type(error).__name__}: {error}"

    def wait(self, seconds: float) -> bool:
        """Whether it ended within the time."""
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()


class HostReader:
    """Reads the host again and again. Keep one, so that the load is that of the time between two readings."""

    def __init__(
        self, readers: Iterable[DeviceReader] | None = None, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._readers = list(readers) if readers is not None else [make() for make in READERS]
        self._deadline_seconds = deadline_seconds
        self._lock = threading.Lock()
        # A reader that hangs keeps its thread; it is waited for again and never started twice.
        self._hanging: dict[str, _Reading] = {}

    def read(self) -> HostSample:
        """A sample, within about the deadline. Readers without an answer are listed with the reason."""
        with self._lock:
            readings = {reader.name: self._hanging.get(reader.name) or _Reading(reader) for reader in self._readers}
            ends_at = time.monotonic() + self._deadline_seconds
            devices: list[DeviceSample] = []
            unavailable: list[UnavailableReader] = []
            for name, reading in readings.items():
                has_ended = reading.wait(0 if name in self._hanging else ends_at - time.monotonic())
                if has_ended:
                    self._hanging.pop(name, None)
                    devices += reading.devices
                else:
                    self._hanging[name] = reading
                    reading.problem = f"no answer within {self._deadline_seconds:g} s"
                if reading.problem is not None:
                    unavailable.append(UnavailableReader(reader=name, reason=reading.problem))
            return HostSample(
                host_name=platform.node(), at_ms=time.time_ns() // 1_000_000, devices=devices, unavailable=unavailable
            )


def read_host() -> HostSample:
    """One sample, for those who need no second one."""
    return HostReader().read()


def accelerator_count() -> int:
    """How many GPUs and the like are in reach. The processor, whose load takes a while to tell, is not asked."""
    reader = HostReader([make() for make in READERS if make is not CpuReader])
    return sum(device.kind != "cpu" for device in reader.read().devices)
