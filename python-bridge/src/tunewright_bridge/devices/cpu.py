"""The processor and the memory of the host, through psutil."""

import platform
import sys
from pathlib import Path

from tunewright_bridge.devices.reader import Unavailable
from tunewright_bridge.protocol.device import DeviceSample

# The load of a processor is that of a stretch of time; a first reading has no earlier one to compare with.
FIRST_STRETCH_SECONDS = 0.1

# Sensors of processors, best first. source: psutil's names, which are those of Linux's hwmon drivers.
_PROCESSOR_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal")


class CpuReader:
    """All cores as one device."""

    name = "cpu"

    def __init__(self) -> None:
        self._has_read = False
        self._model = ""

    def read(self) -> list[DeviceSample]:
        """The load since the last reading. Raises Unavailable where psutil does not load."""
        try:
            import psutil
        except ImportError as error:
            raise Unavailable(f"psutil does not load: {error}") from error
        self._model = self._model or _model()
        load = psutil.cpu_percent(interval=None if self._has_read else FIRST_STRETCH_SECONDS)
        self._has_read = True
        memory = psutil.virtual_memory()
        return [
            DeviceSample(
                id="cpu",
                kind="cpu",
                index=0,
                name=f"{self._model} ({psutil.cpu_count() or 1} cores)",
                utilization_percent=load,
                memory_used_bytes=memory.total - memory.available,
                memory_total_bytes=memory.total,
                temperature_celsius=_temperature(),
            )
        ]


def _temperature() -> float | None:
    import psutil

    if not hasattr(psutil, "sensors_temperatures"):
        return None
    try:
        sensors = psutil.sensors_temperatures()
    except OSError:
        # A sensor that its driver cannot read; the host works without knowing its temperature.
        return None
    for name in _PROCESSOR_SENSORS:
        if sensors.get(name):
            return max(float(sensor.current) for sensor in sensors[name])
    return None


def _model() -> str:
    """The processor's name as people know it."""
    if sys.platform == "linux":
        try:
            text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        for line in text.splitlines():
            key, _, value = line.partition(":")
            if key.strip() in ("model name", "Model", "cpu model") and value.strip():
                return value.strip()
    return platform.processor() or platform.machine() or "CPU"
