"""The table of device readers: a line for each kind of device."""

from collections.abc import Callable

from tunewright_bridge.devices.cpu import CpuReader
from tunewright_bridge.devices.nvidia import NvidiaReader
from tunewright_bridge.devices.reader import DeviceReader

READERS: tuple[Callable[[], DeviceReader], ...] = (CpuReader, NvidiaReader)
