# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal


DeviceKind = Literal["cpu", "cuda", "npu", "rocm", "mps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSample:
    id: str
    kind: DeviceKind
    index: int
    name: str
    utilization_percent: float | None = None
    memory_used_bytes: int | None = None
    memory_total_bytes: int | None = None
    temperature_celsius: float | None = None
    power_watts: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnavailableReader:
    reader: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSample:
    host_name: str
    at_ms: int
    devices: list[DeviceSample]
    unavailable: list[UnavailableReader]
