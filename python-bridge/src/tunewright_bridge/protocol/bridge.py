# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal

from tunewright_bridge.protocol.metric import MetricPoint, SeriesBuckets
from tunewright_bridge.protocol.queue import QueueSummary
from tunewright_bridge.protocol.run import RunProgress, RunSummary, StopWhen
from tunewright_bridge.protocol.schema import EngineSchema

@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConfigParams:
    config_path: str
    interpreter: str
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorParams:
    interpreter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    pass


MachineLack = Literal["package", "device", "file", "network", "plugin", "time", "task", "model", "crash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineVerdict:
    stage: Literal["yaml", "parser", "class", "accepted"]
    message: str
    key: str | None = None
    line: int | None = None
    machine: MachineLack | None = None
    stand_ins: list[str]
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InitializeParams:
    protocol_hash: str
    client_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InitializeResult:
    protocol_hash: str
    bridge_version: str
    python_version: str
    host_name: str
    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectParams:
    interpreter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRunsParams:
    root: str
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRunsResult:
    runs: list[RunSummary]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogChunk:
    text: str
    start_offset: int
    end_offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    root: str
    run_id: str
    attempt: int | None = None
    offset: int | None = None
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsQuery:
    root: str
    run_id: str
    series: list[str] | None = None
    from_step: int | None = None
    to_step: int | None = None
    max_buckets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsResult:
    series: list[SeriesBuckets]
    progress: RunProgress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInQueueParams:
    root: str
    run_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightParams:
    root: str
    run_id: str
    checkpoint: str | None = None
    with_config: bool | None = None
    weights_only: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueList:
    queues: list[QueueSummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveConfigParams:
    config_path: str
    working_directory: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveConfigResult:
    resolved_text: str
    shell_command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRunParams:
    root: str
    run_id: str
    checkpoint: str | None = None
    with_config: bool | None = None
    weights_only: bool | None = None
    interpreter: str | None = None
    secrets: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAppended:
    root: str
    run_id: str
    points: list[MetricPoint]
    progress: RunProgress | None = None
    log: LogChunk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReference:
    root: str
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsChanged:
    root: str
    changed: list[RunSummary]
    removed: list[str]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsRoot:
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaParams:
    interpreter: str
    refresh: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaResult:
    schema: EngineSchema
    is_from_cache: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRunParams:
    root: str
    config_path: str
    interpreter: str
    working_directory: str | None = None
    target: str | None = None
    secrets: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRunParams:
    root: str
    run_id: str
    when: StopWhen | None = None
