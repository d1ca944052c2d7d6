# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal


DoctorAdviceCode = Literal["choose-interpreter", "make-environment", "install-anew", "install-torch-for-cuda", "free-disk-space", "run-command"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorAdvice:
    code: DoctorAdviceCode
    values: dict[str, str]


DoctorStatus = Literal["ok", "warning", "failed", "skipped"]


DoctorCode = Literal["check-broken", "bridge-runs", "interpreter-not-chosen", "interpreter-not-found", "interpreter-is-folder", "interpreter-not-startable", "interpreter-silent", "interpreter-killed", "interpreter-fails", "interpreter-too-old", "interpreter-no-python", "interpreter-answers", "interpreter-needed", "engine-needed", "python-too-old", "python-found", "engine-not-installed", "engine-broken", "engine-too-old", "engine-found", "torch-not-installed", "torch-for-cpu", "torch-for-apple", "torch-for-accelerators", "accelerator-apple", "accelerator-unused", "accelerator-found", "accelerator-none", "pins-met", "pins-differ", "pins-missing", "pins-differ-and-missing", "grpo-needs-msgspec", "grpo-ready", "evaluator-not-installed", "evaluator-found", "disk-free", "uv-not-found", "uv-found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorCheck:
    id: str
    status: DoctorStatus
    code: DoctorCode
    values: dict[str, str]
    next: DoctorAdvice | None = None


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
