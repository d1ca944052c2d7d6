"""The NVIDIA reader against a stand-in for the driver's library."""

import pynvml
import pytest

from recorded_nvml import recorded_nvml
from tunewright_bridge.devices.host import HostReader
from tunewright_bridge.devices.nvidia import NvidiaReader
from tunewright_bridge.devices.reader import Unavailable


def test_each_card_is_a_device() -> None:
    first, second = NvidiaReader(recorded_nvml).read()
    assert (first.id, first.kind, first.index, first.name) == ("GPU-0", "cuda", 0, "NVIDIA H100 80GB HBM3")
    assert first.utilization_percent == 97.0
    assert (first.memory_used_bytes, first.memory_total_bytes) == (76_235_669_504, 85_899_345_920)
    assert (first.temperature_celsius, first.power_watts) == (64.0, 512.345)
    assert second.name == first.name


def test_what_a_card_cannot_tell_is_absent() -> None:
    _, second = NvidiaReader(recorded_nvml).read()
    assert second.utilization_percent is None
    assert second.power_watts == 512.345


def test_no_driver_and_no_card_are_told_apart() -> None:
    without_driver = recorded_nvml()

    def fail() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    without_driver.nvmlInit = fail
    with pytest.raises(Unavailable, match="no NVIDIA driver is installed"):
        NvidiaReader(lambda: without_driver).read()

    without_card = recorded_nvml()
    without_card.nvmlDeviceGetCount = lambda: 0
    with pytest.raises(Unavailable, match="shows no GPU"):
        NvidiaReader(lambda: without_card).read()


def test_a_lost_driver_is_asked_anew() -> None:
    nvml = recorded_nvml()
    starts: list[int] = []
    nvml.nvmlInit = lambda: starts.append(1)
    reader = NvidiaReader(lambda: nvml)
    reader.read()

    def lost() -> int:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)

    nvml.nvmlDeviceGetCount = lost
    with pytest.raises(Unavailable, match="stopped answering"):
        reader.read()
    nvml.nvmlDeviceGetCount = lambda: 1
    assert len(reader.read()) == 1
    assert len(starts) == 2


def test_a_host_without_cards_is_told_apart_from_one_whose_driver_fails() -> None:
    nvml = recorded_nvml()
    reader = HostReader([NvidiaReader(lambda: nvml)])
    assert [device.id for device in reader.accelerators()] == ["GPU-0", "GPU-1"]

    def mismatch() -> int:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH)

    nvml.nvmlDeviceGetCount = mismatch
    with pytest.raises(Unavailable, match="nvidia: NVIDIA's driver stopped answering"):
        reader.accelerators()
    nvml.nvmlDeviceGetCount = lambda: 0
    assert reader.accelerators() == []
