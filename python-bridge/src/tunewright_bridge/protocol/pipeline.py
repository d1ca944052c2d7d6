# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tunewright_bridge.protocol.run import RunState
from tunewright_bridge.protocol.task import Task

@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStage:
    __strict__: ClassVar[bool] = True

    task: Task
    config: str | None = None
    set: dict[str, Any] | None = None
    needs: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFile:
    __strict__: ClassVar[bool] = True

    stages: dict[str, PipelineStage]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSummary:
    name: str
    task: Task
    state: RunState
    run_id: str | None = None
