"""What a reader of devices must offer."""

from typing import Protocol

from tunewright_bridge.protocol.device import DeviceSample


class Unavailable(Exception):
    """There is nothing for the reader to read here; the message says why."""


class Absent(Unavailable):
    """This host has no device of the reader's kind, which is no failure of the reader or of a driver."""


class DeviceReader(Protocol):
    """Reads the devices of one kind. An instance is used from one thread at a time and may keep state in between."""

    @property
    def name(self) -> str:
        """The name by which the reader is reported."""
        ...

    def read(self) -> list[DeviceSample]:
        """One reading of every device. Raises Unavailable where there is none."""
        ...
