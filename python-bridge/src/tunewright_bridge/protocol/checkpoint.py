# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentDifference:
    key: str
    of_checkpoint: str | None = None
    of_attempt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSummary:
    path: str
    attempt: int
    step: int
    epoch: float | None = None
    size_bytes: int
    created_at_ms: int
    is_complete: bool


FileProblem = Literal["missing", "empty", "truncated", "damaged", "not-readable", "another-step"]


PreflightCode = Literal["checkpoint-incomplete", "weights-damaged", "weights-only", "optimizer-unreadable", "scheduler-unreadable", "random-state-unreadable", "trainer-state-unreadable", "arguments-differ", "world-size-differs", "dataset-changed", "dataset-missing", "already-finished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightCheck:
    code: PreflightCode
    severity: Literal["error", "warning", "information"]
    values: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePoint:
    attempt: int
    checkpoint: str
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePreflight:
    point: ResumePoint
    next_step: int
    max_steps: int | None = None
    checks: list[PreflightCheck]
    differences: list[ArgumentDifference]
    checkpoints: list[CheckpointSummary]
