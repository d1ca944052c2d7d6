"""The table of detectors: a line for each."""

from tunewright_bridge.supervise.health.disk_full import DiskFullDetector
from tunewright_bridge.supervise.health.divergence import DivergenceDetector
from tunewright_bridge.supervise.health.failures import FailureDetector
from tunewright_bridge.supervise.health.hang import HangDetector
from tunewright_bridge.supervise.health.idle_device import IdleDeviceDetector
from tunewright_bridge.supervise.health.memory_growth import MemoryGrowthDetector
from tunewright_bridge.supervise.health.nan import NanDetector
from tunewright_bridge.supervise.health.panel import DetectorMaker
from tunewright_bridge.supervise.health.plateau import PlateauDetector
from tunewright_bridge.supervise.health.slowdown import SlowdownDetector
from tunewright_bridge.supervise.health.zero_loss import ZeroLossDetector

DETECTORS: tuple[DetectorMaker, ...] = (
    NanDetector,
    ZeroLossDetector,
    DivergenceDetector,
    HangDetector,
    IdleDeviceDetector,
    MemoryGrowthDetector,
    SlowdownDetector,
    DiskFullDetector,
    FailureDetector,
    PlateauDetector,
)
