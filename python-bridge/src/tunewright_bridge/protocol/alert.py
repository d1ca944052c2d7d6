# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal


AlertKind = Literal["nan", "zero_loss", "divergence", "hang", "idle_device", "memory_growth", "slowdown", "disk_full", "out_of_memory", "engine_failure", "plateau"]


AlertSeverity = Literal["alert", "hint"]


HealthAction = Literal["ignore", "notify", "stop", "resume"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    id: str
    kind: AlertKind
    severity: AlertSeverity
    attempt: int
    at_ms: int
    ended_at_ms: int | None = None
    step: int | None = None
    series: str | None = None
    subject: str | None = None
    values: dict[str, str]
    action: HealthAction
    log_offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRecord:
    format: Literal[1]
    alerts: list[Alert]
