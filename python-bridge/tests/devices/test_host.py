import threading
import time

import psutil

from tunewright_bridge.devices import HostReader, accelerator_count, read_host
from tunewright_bridge.devices.reader import Unavailable
from tunewright_bridge.protocol.decode import decode, encode
from tunewright_bridge.protocol.device import DeviceSample, HostSample

_HANG_SECONDS = 60.0
DEVICE = DeviceSample(id="npu:0", kind="npu", index=0, name="NPU")


class Working:
    name = "working"

    def read(self) -> list[DeviceSample]:
        return [DEVICE]


class Failing:
    name = "failing"

    def read(self) -> list[DeviceSample]:
        raise RuntimeError("a bug")


class Absent:
    name = "absent"

    def read(self) -> list[DeviceSample]:
        raise Unavailable("no driver")


class Hanging:
    name = "hanging"

    def __init__(self) -> None:
        self.calls = 0
        self.release = threading.Event()

    def read(self) -> list[DeviceSample]:
        self.calls += 1
        self.release.wait(_HANG_SECONDS)
        return [DEVICE]


def test_this_machine_has_a_processor() -> None:
    sample = read_host()
    cpu = sample.devices[0]
    assert (cpu.id, cpu.kind) == ("cpu", "cpu")
    assert cpu.memory_total_bytes == psutil.virtual_memory().total
    assert cpu.memory_used_bytes is not None
    assert 0 < cpu.memory_used_bytes < psutil.virtual_memory().total
    assert cpu.utilization_percent is not None
    assert 0 <= cpu.utilization_percent <= 100
    assert abs(sample.at_ms - time.time() * 1000) < 10_000
    assert decode(HostSample, encode(sample)) == sample


def test_accelerators_are_counted_without_the_processor() -> None:
    accelerators = [device for device in read_host().devices if device.kind != "cpu"]
    assert accelerator_count() == len(accelerators)


def test_a_reader_that_fails_or_hangs_takes_away_only_itself() -> None:
    hanging = Hanging()
    reader = HostReader([hanging, Failing(), Absent(), Working()], deadline_seconds=2.0)
    try:
        started = time.monotonic()
        sample = reader.read()
        assert time.monotonic() - started < _HANG_SECONDS / 2
        assert sample.devices == [DEVICE]
        assert {entry.reader: entry.reason for entry in sample.unavailable} == {
            "hanging": "no answer within 2 s",
            "failing": "RuntimeError: a bug",
            "absent": "no driver",
        }
        # The next reading neither waits for the hanging one again nor starts it a second time.
        reader.read()
        assert hanging.calls == 1
    finally:
        hanging.release.set()


def test_a_reader_that_hung_comes_back() -> None:
    hanging = Hanging()
    reader = HostReader([hanging], deadline_seconds=0.05)
    assert reader.read().devices == []
    hanging.release.set()
    deadline = time.monotonic() + _HANG_SECONDS
    while not reader.read().devices:
        assert time.monotonic() < deadline
    assert reader.read().unavailable == []
