# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal

from tunewright_bridge.protocol.device import DeviceKind
from tunewright_bridge.protocol.run import QueueWait, RunState

@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    format: Literal[1]
    root: str
    run_id: str
    name: str
    rank: float
    entered_at_ms: int
    devices_wanted: int
    device_kind: DeviceKind
    allowed_device_ids: list[str] | None = None
    device_ids: list[str] | None = None
    waits_for: QueueWait | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedRun:
    root: str
    run_id: str
    name: str
    state: RunState
    devices_wanted: int
    device_ids: list[str] | None = None
    waits_for: QueueWait | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSummary:
    name: str
    entries: list[QueuedRun]
