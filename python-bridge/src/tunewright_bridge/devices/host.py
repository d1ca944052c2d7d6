"""One sample of all devices of this host; a reader that fails or hangs takes away only itself."""

import platform
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from tunewright_bridge.devices.cpu import CpuReader
from tunewright_bridge.devices.reader import Absent, DeviceReader, Unavailable
from tunewright_bridge.devices.readers import READERS
from tunewright_bridge.protocol.device import DeviceSample, HostSample, UnavailableReader

DEADLINE_SECONDS = 2.0


class _Reading:
    """One call of a reader, in a thread of its own."""

    def __init__(self, reader: DeviceReader) -> None:
        self._reader = reader
        self.devices: list[DeviceSample] = []
        self.problem: str | None = None
        self.is_absent = False
        self._thread = threading.Thread(target=self._read, name=f"read {reader.name}", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            self.devices = self._reader.read()
        except Unavailable as error:
            self.problem = str(error)
            self.is_absent = isinstance(error, Absent)
        except Exception as error:  # noqa: BLE001  A reader's bug must not take the other devices away.
            self.problem = f"{type(error).__name__}: {error}"

    def wait(self, seconds: float) -> bool:
        """Whether it ended within the time."""
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()


@dataclass(frozen=True, slots=True)
class _Failure:
    """A reader without an answer."""

    reader: str
    reason: str
    is_absent: bool


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
        devices, failures = self._ask()
        return HostSample(
            host_name=platform.node(),
            at_ms=time.time_ns() // 1_000_000,
            devices=devices,
            unavailable=[UnavailableReader(reader=failure.reader, reason=failure.reason) for failure in failures],
        )

    def accelerators(self) -> list[DeviceSample]:
        """GPUs and the like. Raises Unavailable where there may be some, and nobody can tell."""
        devices, failures = self._ask()
        found = [device for device in devices if device.kind != "cpu"]
        unknown = [f"{failure.reader}: {failure.reason}" for failure in failures if not failure.is_absent]
        if unknown and not found:
            raise Unavailable("; ".join(unknown))
        return found

    def _ask(self) -> tuple[list[DeviceSample], list[_Failure]]:
        with self._lock:
            readings = {reader.name: self._hanging.get(reader.name) or _Reading(reader) for reader in self._readers}
            ends_at = time.monotonic() + self._deadline_seconds
            devices: list[DeviceSample] = []
            failures: list[_Failure] = []
            for name, reading in readings.items():
                has_ended = reading.wait(0 if name in self._hanging else ends_at - time.monotonic())
                if not has_ended:
                    self._hanging[name] = reading
                    failures.append(_Failure(name, f"no answer within {self._deadline_seconds:g} s", is_absent=False))
                    continue
                self._hanging.pop(name, None)
                devices += reading.devices
                if reading.problem is not None:
                    failures.append(_Failure(name, reading.problem, is_absent=reading.is_absent))
            return devices, failures


def read_host() -> HostSample:
    """One sample, for those who need no second one."""
    return HostReader().read()


def accelerator_reader() -> HostReader:
    """Reads GPUs and the like. The processor, whose load takes a while to tell, is not asked."""
    return HostReader([make() for make in READERS if make is not CpuReader])


def accelerator_count() -> int:
    """How many GPUs and the like are in reach."""
    return len(accelerator_reader().read().devices)
