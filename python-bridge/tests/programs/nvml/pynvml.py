"""A stand-in for NVIDIA's library in processes that a test starts: as many cards as `$PRETEND_CARDS` describes.

That file holds, for each card, the share of its memory that is in use; without it there is no driver.
"""

import json
import os
from pathlib import Path
from types import SimpleNamespace

NVML_TEMPERATURE_GPU = 0
_MEMORY_BYTES = 80 * 2**30


class NVMLError(Exception):
    """Any failure of the driver."""


class NVMLError_LibraryNotFound(NVMLError):
    """There is no driver."""


class NVMLError_NotSupported(NVMLError):
    """A card that cannot tell."""


class NVMLError_NoPermission(NVMLError):
    """A card that does not tell us."""


def nvmlInit() -> None:
    if not os.environ.get("PRETEND_CARDS"):
        raise NVMLError_LibraryNotFound


def nvmlDeviceGetCount() -> int:
    return len(_shares())


def nvmlDeviceGetHandleByIndex(index: int) -> int:
    return index


def nvmlDeviceGetMemoryInfo(handle: int) -> SimpleNamespace:
    return SimpleNamespace(total=_MEMORY_BYTES, used=int(_shares()[handle] * _MEMORY_BYTES), free=0)


def nvmlDeviceGetUtilizationRates(handle: int) -> SimpleNamespace:
    return SimpleNamespace(gpu=0, memory=0)


def nvmlDeviceGetPowerUsage(handle: int) -> int:
    raise NVMLError_NotSupported


def nvmlDeviceGetTemperature(handle: int, sensor: int) -> int:
    raise NVMLError_NotSupported


def nvmlDeviceGetUUID(handle: int) -> str:
    return f"GPU-{handle}"


def nvmlDeviceGetName(handle: int) -> str:
    return "Pretend card"


def _shares() -> list[float]:
    try:
        shares: list[float] = json.loads(Path(os.environ["PRETEND_CARDS"]).read_text())
    except (OSError, ValueError) as error:
        # The test takes the driver away by writing no list.
        raise NVMLError(f"the driver does not answer: {error}") from error
    return shares
