# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal


DoctorStatus = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorCheck:
    id: str
    status: DoctorStatus
    detail: str
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorReport:
    checks: list[DoctorCheck]


ToolName = Literal["engine", "evaluator", "quantizer", "vllm", "sglang", "lmdeploy"]


ToolHealth = Literal["ok", "missing", "broken", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEnvironment:
    tool: ToolName
    interpreter: str
    lock: str | None = None
    health: ToolHealth
    python_version: str | None = None
    packages: dict[str, str]
    detail: str | None = None
