"""A stand-in for the library of NVIDIA's driver: no machine that runs these tests needs a GPU.

It answers with what nvidia-ml-py gives for two cards (the second one in MIG mode, which has no load), in nvidia-ml-py's
own types.
"""

from types import ModuleType, SimpleNamespace
from typing import Any

import pynvml


def recorded_nvml() -> Any:
    nvml = ModuleType("recorded_nvml")
    names = (
        "NVMLError",
        "NVMLError_LibraryNotFound",
        "NVMLError_NotSupported",
        "NVMLError_NoPermission",
        "NVML_TEMPERATURE_GPU",
    )
    answers: dict[str, Any] = {
        **{name: getattr(pynvml, name) for name in names},
        "nvmlInit": lambda: None,
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetMemoryInfo": lambda _: SimpleNamespace(total=85_899_345_920, used=76_235_669_504, free=0),
        "nvmlDeviceGetUtilizationRates": lambda handle: _load(handle),
        "nvmlDeviceGetPowerUsage": lambda _: 512_345,
        "nvmlDeviceGetTemperature": lambda _handle, _sensor: 64,
        "nvmlDeviceGetUUID": lambda handle: f"GPU-{handle}",
        "nvmlDeviceGetName": lambda handle: b"NVIDIA H100 80GB HBM3" if handle else "NVIDIA H100 80GB HBM3",
    }
    for name, answer in answers.items():
        setattr(nvml, name, answer)
    return nvml


def _load(handle: int) -> SimpleNamespace:
    if handle == 1:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
    return SimpleNamespace(gpu=97, memory=40)
