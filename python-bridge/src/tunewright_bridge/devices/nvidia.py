"""NVIDIA's GPUs, through nvidia-ml-py, which asks the driver's own library."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

from tunewright_bridge.devices.reader import Absent, Unavailable
from tunewright_bridge.protocol.device import DeviceSample

T = TypeVar("T")


class NvidiaReader:
    """Every GPU that the driver shows. `load` gives the module to ask, once."""

    name = "nvidia"

    def __init__(self, load: Callable[[], ModuleType] | None = None) -> None:
        self._load = load or _load_pynvml
        self._nvml: Any = None

    def read(self) -> list[DeviceSample]:
        """One reading of each GPU. Raises Absent where there is no driver or no GPU, else Unavailable."""
        if self._nvml is None:
            nvml: Any = self._load()
            try:
                nvml.nvmlInit()
            except nvml.NVMLError_LibraryNotFound as error:
                raise Absent("no NVIDIA driver is installed here") from error
            except nvml.NVMLError as error:
                raise Unavailable(f"NVIDIA's driver does not answer: {error}") from error
            self._nvml = nvml
        nvml = self._nvml
        try:
            count = nvml.nvmlDeviceGetCount()
            samples = [self._sample(index) for index in range(count)]
        except nvml.NVMLError as error:
            # A driver that was updated or reset is asked anew at the next reading.
            self._nvml = None
            raise Unavailable(f"NVIDIA's driver stopped answering: {error}") from error
        if not samples:
            raise Absent("NVIDIA's driver shows no GPU")
        return samples

    def _sample(self, index: int) -> DeviceSample:
        nvml = self._nvml
        handle = nvml.nvmlDeviceGetHandleByIndex(index)
        memory = self._ask(lambda: nvml.nvmlDeviceGetMemoryInfo(handle))
        rates = self._ask(lambda: nvml.nvmlDeviceGetUtilizationRates(handle))
        milliwatts = self._ask(lambda: nvml.nvmlDeviceGetPowerUsage(handle))
        temperature = self._ask(lambda: nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU))
        uuid = self._ask(lambda: _text(nvml.nvmlDeviceGetUUID(handle)))
        name = self._ask(lambda: _text(nvml.nvmlDeviceGetName(handle)))
        return DeviceSample(
            id=uuid or f"cuda:{index}",
            kind="cuda",
            index=index,
            name=name or "NVIDIA GPU",
            utilization_percent=None if rates is None else float(rates.gpu),
            memory_used_bytes=None if memory is None else int(memory.used),
            memory_total_bytes=None if memory is None else int(memory.total),
            temperature_celsius=None if temperature is None else float(temperature),
            power_watts=None if milliwatts is None else milliwatts / 1000,
        )

    def _ask(self, question: Callable[[], T]) -> T | None:
        """The answer, or None where this GPU cannot tell (a MIG slice has no load, a laptop no power)."""
        try:
            return question()
        except (self._nvml.NVMLError_NotSupported, self._nvml.NVMLError_NoPermission):
            return None


def _load_pynvml() -> ModuleType:
    try:
        import pynvml
    except ImportError as error:
        raise Absent(f"nvidia-ml-py does not load: {error}") from error
    module: ModuleType = pynvml
    return module


def _text(value: str | bytes) -> str:
    # Older releases of the library give bytes.
    return value.decode(errors="replace") if isinstance(value, bytes) else value
